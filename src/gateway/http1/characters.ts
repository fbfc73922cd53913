export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SPACE = 0x20;
export const SLASH = 0x2f;
export const COLON = 0x3a;
/** The first digit. */
export const ZERO = 0x30;

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** What names and methods are made of: `token`, RFC 9110 §5.6.2. Looked up by character code. */
export const tokenCodes: Uint8Array = codes((code) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]$/.test(String.fromCharCode(code)));

/** What a field's value and a reason phrase are made of: visible characters, obs-text, space and tab, RFC 9110 §5.5. */
export const valueCodes: Uint8Array = codes((code) => code === TAB || (code >= SPACE && code !== 0x7f));

/** What a request target is made of: visible ASCII. Everything else must come percent-encoded, RFC 3986 §2. */
export const targetCodes: Uint8Array = codes((code) => code > SPACE && code < 0x7f);

function codes(isMember: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (isMember(code) ? 1 : 0));
}

import { listMembers, type RawHeaders, valuesOf } from '../../../../src/gateway/headers/raw-headers.js';

// Where the gateway is right to understand what nginx refuses or takes for something else, each with its reason.

const withTab = 'a tab around a value is a blank, also around a length, a coding or a host (RFC 9110 §5.5)';
const severalLines = 'Expect is a list, which may have several lines (RFC 9110 §5.3, §10.1.1)';
export const interimAnswer = 'an interim answer is not the last one (RFC 9110 §15.2)';
const otherClose = 'an option that has close in it is another one (RFC 9110 §7.6.1)';

const fieldWithTab = /^(?:host|transfer-encoding):(?: *\t|[^\r\n]*\t *\r$)/im;
const lengthWithTab = /^content-length:(?: *\t|[^\r\n]*\t *\r$)/im;

/** Why nginx refuses this request, undefined where there is no good reason. */
export function whyNginxRefuses(headers: RawHeaders, bytes: Buffer): string | undefined {
  if (valuesOf(headers, 'expect').length > 1) return severalLines;
  return fieldWithTab.test(bytes.toString('latin1')) ? withTab : whyAnotherEnd(headers, bytes);
}

/** Why nginx looks at nothing behind this request. */
export function whyNginxCloses(headers: RawHeaders): string | undefined {
  const options = listMembers(headers, 'connection');
  return options.some((option) => option !== 'close' && option.includes('close')) ? otherClose : undefined;
}

/** Why the body of this message ends elsewhere for nginx. */
export function whyAnotherEnd(headers: RawHeaders, bytes: Buffer): string | undefined {
  const hasLength = valuesOf(headers, 'content-length').length > 0;
  return hasLength && lengthWithTab.test(bytes.toString('latin1')) ? withTab : undefined;
}

/** A request target that the gateway understood: the path as received and the key that routes are matched by. */
export interface Target {
  /** Origin-form path as it goes to the upstream, with one leading slash. */
  path: string;
  /** `?` and what follows it, or the empty string. */
  query: string;
  /** The path percent-decoded byte by byte, without empty segments: what an upstream would take it for. */
  key: string;
  /** The authority of an absolute-form target. */
  authority?: string;
}

/** Reads a request target (RFC 9112 §3.2), or says in a sentence why it is refused. */
export function parseTarget(raw: string): Target | { refused: string } {
  if (plainPath.test(raw)) return { path: raw, query: '', key: raw };
  const absolute = /^https?:\/\/([^/?#]*)(.*)$/i.exec(raw);
  if (absolute === null) return parseOriginForm(raw);
  const [, authority = '', rest = ''] = absolute;
  if (authority === '' || authority.includes('@')) return { refused: 'The request target has no valid authority.' };
  const target = parseOriginForm(rest.startsWith('/') ? rest : `/${rest}`);
  return 'refused' in target ? target : { ...target, authority };
}

/** What needs no reading: segments of letters, digits, `_` and `-`, and no slash at the end. */
const plainPath = /^(?:\/[\w-]+)+$/;

function parseOriginForm(raw: string): Target | { refused: string } {
  if (!raw.startsWith('/')) return { refused: 'The request target must begin with a slash.' };
  if (raw.includes('#')) return { refused: 'The request target must not hold a fragment.' };
  const mark = raw.indexOf('?');
  const path = mark === -1 ? raw : raw.slice(0, mark);
  const refused = refusePath(path);
  if (refused !== undefined) return { refused };
  return { path: path.replace(/^\/+/, '/'), query: mark === -1 ? '' : raw.slice(mark), key: routeKey(path) };
}

/**
 * Paths that two readers could take for two different things are refused rather than normalised:
 * dot segments in any spelling, encoded slashes, backslashes and NUL.
 */
function refusePath(path: string): string | undefined {
  // What nearly every path is without.
  if (!path.includes('%') && !path.includes('/.') && !path.includes('\\')) return undefined;
  if (path.includes('\\')) return 'The path must not hold a backslash.';
  if (/%(?![0-9a-f]{2})/i.test(path)) return 'The path holds an incomplete percent-encoding.';
  if (/%(?:2f|5c|00)/i.test(path)) return 'The path must not hold an encoded slash, backslash or NUL.';
  if (path.split('/').some(isDotSegment)) return 'The path must not hold dot segments.';
  return undefined;
}

/** Twice decoded, because some upstreams decode twice; up to a `;`, because some drop what follows it. */
function isDotSegment(segment: string): boolean {
  if (!segment.includes('.') && !segment.includes('%')) return false;
  return decodeBytes(decodeBytes(decodeBytes(segment)))
    .split(/[/\\]/)
    .some((part) => /^\.\.?(?:;|$)/.test(part));
}

/** The key of a path, also of a route's: `/a//%62/` becomes `/a/b`, and `/` the empty string. */
export function routeKey(path: string): string {
  const bytes = /^[ -~]*$/.test(path) ? path : Buffer.from(path, 'utf8').toString('latin1');
  const decoded = bytes.includes('%') ? decodeBytes(bytes) : bytes;
  return decoded.replace(/\/{2,}/g, '/').replace(/\/$/, '');
}

function decodeBytes(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
}

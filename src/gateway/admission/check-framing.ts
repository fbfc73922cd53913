import { problem } from '../answers/problem.js';
import { listMembers, valuesOf } from '../headers/raw-headers.js';
import type { Pass } from './pass.js';

const MAX_FIELDS = 200;

/**
 * A body's end must not be a matter of opinion (RFC 9112 §6.1). The parser refuses most of it already; what it lets through
 * and others read differently is refused here, and the connection is closed.
 */
export const checkFraming: Pass = ({ headers, httpVersion, upgrade }) => {
  if (headers.length / 2 > MAX_FIELDS) {
    return problem('headers-too-large', `The request has more than ${MAX_FIELDS} header fields.`, { closes: true });
  }
  const codings = listMembers(headers, 'transfer-encoding');
  const lengths = valuesOf(headers, 'content-length');
  const refuse = (detail: string) => problem('bad-request', detail, { closes: true });
  if (codings.length > 0) {
    if (lengths.length > 0) return refuse('The request has both a Content-Length and a Transfer-Encoding.');
    if (httpVersion === '1.0') return refuse('A request with a Transfer-Encoding must be HTTP/1.1.');
    if (codings.length > 1 || codings[0] !== 'chunked') {
      return problem('not-implemented', 'The only transfer coding that is understood is chunked.', { closes: true });
    }
  } else if (valuesOf(headers, 'transfer-encoding').length > 0) {
    return refuse('The Transfer-Encoding is empty.');
  }
  if (lengths.length > 1) return refuse('The request has more than one Content-Length.');
  if (upgrade && (codings.length > 0 || (lengths[0] ?? '0') !== '0')) {
    return refuse('A request to upgrade must not have a body.');
  }
  return undefined;
};

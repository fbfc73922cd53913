import { problem } from '../answers/problem.js';
import { countOf, firstValue } from '../headers/raw-headers.js';
import type { Pass } from './pass.js';

/** A registered name, an IPv4 address or an IPv6 literal, with a port or without (RFC 3986 §3.2.2). */
const authority = /^(?:[a-z0-9._~!$&'()*+;=%-]+|\[[0-9a-f:.]+\])(?::\d{0,5})?$/i;

/** Exactly one valid Host field (RFC 9112 §3.2); HTTP/1.0 clients may do without. */
export const checkHost: Pass = (exchange) => {
  const host = firstValue(exchange.headers, 'host');
  if (countOf(exchange.headers, 'host') > 1)
    return problem('bad-request', 'The request has more than one Host.', { closes: true });
  if (host === undefined) {
    return exchange.httpVersion === '1.0' ? undefined : problem('bad-request', 'The request has no Host.');
  }
  if (!authority.test(host)) return problem('bad-request', 'The Host is not a valid authority.', { closes: true });
  exchange.host = host;
  return undefined;
};

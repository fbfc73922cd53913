import type { AdmittedExchange } from '../../exchange.js';
import { bodilessMethods, carriedLines } from '../../headers/request-lines.js';
import { requestText } from '../../http1/request-text.js';
import { stripPrefix } from '../../routing/strip-prefix.js';

/** The head of a request's copy: as its own service got it, but for how its body ends, and marked. */
export function shadowHead(exchange: AdmittedExchange, authority: string, length: number): string {
  const { method, path, query, route } = exchange;
  const target = (route.stripPrefix ? stripPrefix(path, route.path) : path) + query;
  const hasBody = length > 0 || exchange.hasBody;
  const framing = hasBody || !bodilessMethods.has(method) ? `Content-Length: ${length}\r\n` : '';
  const lines = `Connection: keep-alive\r\n${framing}X-Mirrored-By: mscli\r\n`;
  return requestText(method, target, carriedLines(exchange, authority) + lines);
}

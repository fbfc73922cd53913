import type { AdmittedExchange } from '../../exchange.js';
import { keepFields } from '../../headers/raw-headers.js';
import { bodilessMethods, requestHeaders } from '../../headers/request-headers.js';
import { requestText } from '../../http1/request-text.js';
import { stripPrefix } from '../../routing/strip-prefix.js';

/** The head of a request's copy: as its own service got it, but for how its body ends, and marked. */
export function shadowHead(exchange: AdmittedExchange, authority: string, length: number): string {
  const { method, path, query, route } = exchange;
  const target = (route.stripPrefix ? stripPrefix(path, route.path) : path) + query;
  const kept = keepFields(requestHeaders(exchange, authority), (name) => !written.has(name));
  const hasBody = length > 0 || exchange.hasBody;
  const framing = hasBody || !bodilessMethods.has(method) ? ['Content-Length', String(length)] : [];
  return requestText(method, target, [...kept, 'Connection', 'keep-alive', ...framing, 'X-Mirrored-By', 'mscli']);
}

const written: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'te',
  'trailer',
  'transfer-encoding',
]);

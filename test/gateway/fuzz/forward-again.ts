import { beginExchange } from '../../../src/gateway/begin-exchange.js';
import type { AdmittedExchange } from '../../../src/gateway/exchange.js';
import { requestLines } from '../../../src/gateway/headers/request-lines.js';
import { forwardableTrailers } from '../../../src/gateway/headers/trailers.js';
import { MessageWriter } from '../../../src/gateway/http1/message-writer.js';
import type { RequestHead } from '../../../src/gateway/http1/request-reader.js';
import { requestText } from '../../../src/gateway/http1/request-text.js';
import type { ReadMessage } from '../setup/read-messages.js';

const route = { path: '/', service: 'a-service', stripPrefix: false };
const random = (bytes: number) => '1'.repeat(2 * bytes);

/** The bytes in which the gateway would send a request on. */
export function forwardAgain({ head, framing, body, trailers }: ReadMessage<RequestHead>): Buffer {
  const client = { request: head, address: '127.0.0.1', protocol: 'http', framing } as const;
  const exchange = { ...beginExchange(client, { upgrade: false, random }), route } as AdmittedExchange;
  const written: Buffer[] = [];
  const writer = new MessageWriter({
    writableLength: 0,
    cork() {},
    uncork() {},
    write: (data) => written.push(typeof data === 'string' ? Buffer.from(data, 'latin1') : data) > 0,
  });
  writer.text(requestText(head.method, head.target, requestLines(exchange, 'upstream')));
  const bytes = Buffer.from(body, 'latin1');
  // In two parts, as it may come.
  for (const part of [bytes.subarray(0, bytes.length / 2), bytes.subarray(bytes.length / 2)]) {
    if (framing.kind === 'chunked') writer.chunk(part);
    else writer.part(part);
  }
  if (framing.kind === 'chunked') writer.lastChunk(forwardableTrailers(trailers));
  writer.flush();
  return Buffer.concat(written);
}

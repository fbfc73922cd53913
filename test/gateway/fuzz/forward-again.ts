import { beginExchange } from '../../../src/gateway/begin-exchange.js';
import type { AdmittedExchange } from '../../../src/gateway/exchange.js';
import { Peer } from '../../../src/gateway/headers/peer.js';
import { firstValue } from '../../../src/gateway/headers/raw-headers.js';
import { requestLines } from '../../../src/gateway/headers/request-lines.js';
import { forwardableTrailers } from '../../../src/gateway/headers/trailers.js';
import { MessageWriter } from '../../../src/gateway/http1/message-writer.js';
import type { RequestHead } from '../../../src/gateway/http1/request-reader.js';
import { requestText } from '../../../src/gateway/http1/request-text.js';
import { Turn } from '../../../src/gateway/timing/turn.js';
import type { ReadMessage } from '../setup/read-messages.js';

const route = { path: '/', service: 'a-service', stripPrefix: false };
const ids = { hex: (bytes: number) => '1'.repeat(2 * bytes), uuid: () => '11111111-1111-4111-8111-111111111111' };
const peer = new Peer('127.0.0.1', 'http');

/** The bytes in which the gateway would send a request on. */
export function forwardAgain({ head, framing, body, trailers }: ReadMessage<RequestHead>): Buffer {
  const exchange = {
    ...beginExchange({ request: head, peer, framing }, { upgrade: false, ids }),
    host: firstValue(head.headers, 'host'),
    route,
  } as AdmittedExchange;
  const written: Buffer[] = [];
  const outlet = {
    writableLength: 0,
    cork() {},
    uncork() {},
    write: (data: string | Buffer) => written.push(typeof data === 'string' ? Buffer.from(data, 'latin1') : data) > 0,
  };
  const writer = new MessageWriter(outlet, new Turn());
  writer.text(requestText(head.method, head.target, requestLines(exchange, 'upstream')));
  const bytes = Buffer.from(body, 'latin1');
  // In two parts, as it may come.
  for (const part of [bytes.subarray(0, bytes.length / 2), bytes.subarray(bytes.length / 2)]) {
    if (framing.kind === 'chunked') writer.chunk(part);
    else writer.part(part);
  }
  if (framing.kind === 'chunked') writer.lastChunk(forwardableTrailers(trailers));
  writer.write();
  return Buffer.concat(written);
}

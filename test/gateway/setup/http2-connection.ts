import { once } from 'node:events';
import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2';

export interface Http2Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  trailers: Record<string, string | string[] | undefined>;
  /** Names and values as they came. */
  raw: readonly string[];
  informed: { status: number; headers: Record<string, unknown> }[];
  body: string;
}

/** A session of node:http2 with the gateway, closed at the end. */
export function http2Session({
  port,
  files,
}: {
  port: number;
  files: { cert: string };
}): ClientHttp2Session & AsyncDisposable {
  const session = connect(`https://127.0.0.1:${port}`, { ca: files.cert, maxSessionMemory: 100 });
  session.on('error', () => {});
  return Object.assign(session, {
    async [Symbol.asyncDispose]() {
      session.destroy();
    },
  });
}

/** One request; fails where the answer breaks off. */
export async function ask(
  session: ClientHttp2Session,
  headers: OutgoingHttpHeaders,
  body?: string | Buffer,
): Promise<Http2Answer> {
  const stream = session.request(headers, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return answerOf(stream);
}

export async function answerOf(stream: ClientHttp2Stream): Promise<Http2Answer> {
  const informed: Http2Answer['informed'] = [];
  stream.on('headers', (headers) => informed.push({ status: Number(headers[':status']), headers }));
  let trailers = {};
  stream.on('trailers', (found) => {
    trailers = found;
  });
  const [headers, , raw] = await once(stream, 'response');
  let text = '';
  for await (const part of stream.setEncoding('utf8')) text += part;
  if (stream.rstCode !== 0) throw new Error(`the stream was reset with ${stream.rstCode}`);
  return { status: Number(headers[':status']), headers, raw, trailers, informed, body: text };
}

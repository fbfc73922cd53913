import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Dispatcher } from 'undici';

/** A call that the service made to another one. */
export interface CallToReply {
  readonly service: string;
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or text; undefined without a body. */
  readonly body: unknown;
}

/** What another service answers in a test. */
export interface Reply {
  /** Default 200. */
  readonly status?: number;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Stands in for other services, by name: a function, or always the same answer. */
export type Replies = Readonly<Record<string, Reply | ((call: CallToReply) => Reply | Promise<Reply>)>>;

/** The other services of a test. */
export interface FakeServices extends AsyncDisposable {
  readonly calls: readonly CallToReply[];
  /** Makes connections to them instead of to an origin's address. */
  connect(origin: string): Dispatcher;
}

/** Where a fake service seems to be: the host name is what tells them apart. */
export function fakeOrigin(service: string): string {
  return `http://${service}.test`;
}

/** Starts the stand-ins: real HTTP, on a Unix socket, for all of them. */
export async function startFakeServices(replies: Replies, socketPath: string): Promise<FakeServices> {
  const { Pool } = await import('undici');
  const calls: CallToReply[] = [];
  const server = createServer((request, response) => {
    answer(replies, calls, request, response).catch((error) => {
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ detail: String(error) }));
    });
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socketPath, resolve));
  return {
    calls,
    connect: (origin) => new Pool(origin, { socketPath }),
    [Symbol.asyncDispose]: () => close(server),
  };
}

async function answer(
  replies: Replies,
  calls: CallToReply[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const service = (request.headers.host ?? '').replace(/\.test$/, '');
  const { method = 'GET', url: path = '/', headers } = request;
  const call = { service, method, path, headers, body: parse(await text(request)) };
  calls.push(call);
  const reply = replies[service];
  const { status = 200, body, headers: more } = typeof reply === 'function' ? await reply(call) : (reply ?? {});
  response.writeHead(status, { ...(body !== undefined && { 'content-type': 'application/json' }), ...more });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

function parse(body: string): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

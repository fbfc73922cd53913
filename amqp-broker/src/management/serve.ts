import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authenticate } from '../connection/authenticate.js';
import { AmqpError, BrokerError } from '../errors.js';
import type { Log } from '../log.js';
import { type Answer, ApiError, absent, refusal } from './answer.js';
import { API } from './api.js';
import type { Api } from './call.js';
import { page, pick } from './listing.js';
import { type Router, router } from './route.js';

/** Bodies above this many bytes are refused. */
const LARGEST_BODY = 20 * 1024 * 1024;
const ADDRESS = '127.0.0.1';

export interface ManagementOptions extends Omit<Api, 'ports' | 'startedAt'> {
  /** 0 takes a free one. */
  port: number;
  amqpPort: number;
  log: Log;
  now?: () => number;
}

export interface Management {
  readonly port: number;
  stop(): Promise<void>;
}

/** Answers the calls of RabbitMQ's management HTTP API, on loopback only and for the broker's own users. */
export async function serveManagement(options: ManagementOptions): Promise<Management> {
  const { hosts, users, connections, amqpPort, log, now = Date.now } = options;
  const find = router(API);
  const server = createServer((request, response) => {
    answer(request, find, { hosts, users, connections, ports: { amqp: amqpPort, http: port }, startedAt })
      .catch((error: unknown) => {
        const refused = refusal(error);
        if (refused !== undefined) return refused;
        log({ level: 'error', message: 'internal error', error: error instanceof Error ? error.stack : String(error) });
        return { status: 500 };
      })
      .then((result) => send(response, result));
  });
  const startedAt = now();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(unbound(options.port, cause)));
    server.listen(options.port, ADDRESS, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(request: IncomingMessage, find: Router, api: Api): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const user = userOf(request, api);
  if (user === undefined) {
    const body = { error: 'not_authorized', reason: 'Login failed' };
    return { status: 401, ...(request.headers.authorization === undefined ? {} : { body }) };
  }
  const route = url.pathname.startsWith('/api/') ? find(url.pathname.slice('/api/'.length)) : undefined;
  if (route === undefined) throw absent();
  const handler = route.handlers[request.method as keyof typeof route.handlers];
  if (handler === undefined) return { status: 405 };
  const reason = request.headers['x-reason'];
  const result = await handler({
    api,
    user,
    params: route.params,
    query: url.searchParams,
    body: await bodyOf(request),
    reason: typeof reason === 'string' ? reason : undefined,
  });
  return { ...result, ...(result.body === undefined ? {} : { body: page(pick(result.body, url), url) }) };
}

/** RFC 7617. */
function userOf({ headers }: IncomingMessage, { users }: Api): string | undefined {
  const [scheme, token] = (headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() !== 'basic' || token === undefined) return undefined;
  const [user, ...password] = Buffer.from(token, 'base64').toString('latin1').split(':');
  try {
    return authenticate('PLAIN', `\0${user}\0${password.join(':')}`, users, true);
  } catch (error) {
    if (error instanceof AmqpError) return undefined;
    throw error;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    // What is too much is read to its end, so that the answer arrives, but not kept.
    if (size <= LARGEST_BODY) chunks.push(chunk);
  }
  if (size > LARGEST_BODY) {
    throw new ApiError(413, 'request_entity_too_large', `the body exceeds ${LARGEST_BODY} bytes`);
  }
  if (size === 0) return {};
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ApiError(400, 'bad_request', 'not_json');
}

function send(response: ServerResponse, { status, body, location }: Answer): void {
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="RabbitMQ Management"');
  if (location !== undefined) response.setHeader('location', location);
  if (body !== undefined) response.setHeader('content-type', 'application/json');
  response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));
}

function unbound(port: number, cause: NodeJS.ErrnoException): BrokerError {
  return new BrokerError(
    'BROKER_ADDRESS',
    `The management API cannot listen on ${ADDRESS}:${port} (${cause.code ?? cause.message}).`,
    { hint: 'Choose another managementPort, or 0 for a free one.', cause },
  );
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { unbound } from '../connection/unbound.js';
import type { Log } from '../log.js';
import { type Answer, ApiError, absent, refusal } from './answer.js';
import { API } from './api.js';
import { bodyOf } from './body.js';
import type { Api } from './call.js';
import { page, pick } from './listing.js';
import { type Login, loginGate } from './login.js';
import { type Router, router } from './route.js';
import { requireSameOrigin } from './same-origin.js';
import { requireManager } from './tags.js';

const ADDRESS = '127.0.0.1';
const MOST_CONNECTIONS = 200;
/** Milliseconds for a request's headers, for all of it, and for a socket on which nothing moves. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;

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
  const { amqpPort, log, now = Date.now, port: wanted, ...parts } = options;
  const find = router(API);
  const login = loginGate();
  const limits = { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS };
  const server = createServer(limits, (request, response) => {
    const api: Api = { ...parts, ports: { amqp: amqpPort, http: port }, startedAt };
    answer(request, { find, login, api })
      .catch((error: unknown) => {
        const refused = refusal(error);
        if (refused !== undefined) return refused;
        log({ level: 'error', message: 'internal error', error: error instanceof Error ? error.stack : String(error) });
        return { status: 500 };
      })
      .then((result) => send(response, result));
  });
  server.timeout = REQUEST_MS;
  server.maxConnections = MOST_CONNECTIONS;
  const startedAt = now();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(unbound('The management API', `${ADDRESS}:${wanted}`, 'managementPort, or 0 for a free one', cause)),
    );
    server.listen(wanted, ADDRESS, resolve);
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

interface Asked {
  find: Router;
  login: (request: IncomingMessage, api: Api) => Promise<Login>;
  api: Api;
}

async function answer(request: IncomingMessage, { find, login, api }: Asked): Promise<Answer> {
  requireSameOrigin(request);
  const who = await login(request, api);
  if (who.kind !== 'user') return notLoggedIn(who.kind);
  requireManager(api.users.find(who.name)?.tags ?? []);
  const url = urlOf(request);
  const route = url.pathname.startsWith('/api/') ? find(url.pathname.slice('/api/'.length)) : undefined;
  if (route === undefined) throw absent();
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const handler = route.handlers[method as keyof typeof route.handlers];
  if (handler === undefined) return { status: 405 };
  const reason = request.headers['x-reason'];
  const result = await handler({
    api,
    user: who.name,
    params: route.params,
    query: url.searchParams,
    body: await bodyOf(request),
    reason: typeof reason === 'string' ? reason : undefined,
  });
  return { ...result, ...(result.body === undefined ? {} : { body: page(pick(result.body, url), url) }) };
}

function notLoggedIn(kind: Exclude<Login['kind'], 'user'>): Answer {
  switch (kind) {
    case 'anonymous':
      return { status: 401 };
    case 'wrong':
      return { status: 401, body: { error: 'not_authorized', reason: 'Login failed' } };
    case 'too-many':
      return { status: 429, body: { error: 'too_many_requests', reason: 'too many wrong passwords' } };
    default:
      return kind satisfies never;
  }
}

function urlOf({ url = '/' }: IncomingMessage): URL {
  try {
    return new URL(url, 'http://localhost');
  } catch {
    throw new ApiError(400, 'bad_request', `${JSON.stringify(url)} is not a path`);
  }
}

function send(response: ServerResponse, { status, body, location }: Answer): void {
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="RabbitMQ Management"');
  if (location !== undefined) response.setHeader('location', location);
  if (body !== undefined) response.setHeader('content-type', 'application/json');
  response.setHeader('cache-control', 'no-store');
  response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));
}

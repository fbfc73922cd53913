import { once } from 'node:events';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { MscliError } from '../errors.js';
import type { ControlProblem, LogLine, Status } from './protocol.js';

/** What the control API can ask of the supervisor. */
export interface ControlTarget {
  status(): Status;
  /** Takes the name of a process. Fails with `NOT_FOUND`. */
  restart(process: string): Promise<void>;
  /** Begins the stop; the server answers before it ends. */
  stop(): void;
  logs(process: string, options: { follow: boolean; signal: AbortSignal }): AsyncIterable<LogLine>;
}

/** Serves the control API on a unix socket that only its owner may use. */
export async function serveControl(socket: string, target: ControlTarget): Promise<AsyncDisposable> {
  await rm(socket, { force: true });
  const server = createServer((request, response) => {
    answer(target, request, response).catch((error) => fail(response, error));
  });
  // The socket must never be open to others, not even between bind and chmod.
  const mask = process.umask(0o177);
  try {
    server.listen(socket);
    await once(server, 'listening');
  } finally {
    process.umask(mask);
  }
  await chmod(socket, 0o600);
  return { [Symbol.asyncDispose]: () => close(server) };
}

async function answer(target: ControlTarget, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://control');
  const [, verb, name = ''] = pathname.split('/').map(decodeURIComponent);
  switch (`${request.method} ${verb}`) {
    case 'GET status':
      return json(response, 200, target.status());
    case 'POST restart':
      await target.restart(name);
      return json(response, 202, {});
    case 'POST stop':
      json(response, 202, {});
      return target.stop();
    case 'GET logs':
      return stream(response, (signal) => target.logs(name, { follow: searchParams.has('follow'), signal }));
    default:
      return json(response, 404, { code: 'NOT_FOUND', message: `There is no ${request.method} ${pathname}.` });
  }
}

function json(response: ServerResponse, status: number, body: Status | ControlProblem | object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function stream(response: ServerResponse, lines: (signal: AbortSignal) => AsyncIterable<LogLine>): Promise<void> {
  const abort = new AbortController();
  response.once('close', () => abort.abort());
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.flushHeaders();
  for await (const line of lines(abort.signal)) {
    if (!response.write(`${JSON.stringify(line)}\n`)) await once(response, 'drain', { signal: abort.signal });
  }
  response.end();
}

function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof MscliError ? error : undefined;
  const message = error instanceof Error ? error.message : String(error);
  const problem: ControlProblem = { code: known?.code ?? 'FAILED', message };
  if (known?.hint !== undefined) problem.hint = known.hint;
  json(response, known?.code === 'NOT_FOUND' ? 404 : 500, problem);
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MetricFamily, metricsContentType, renderMetrics } from '@mscli/runtime/metrics';
import { failure } from '../../errors.js';
import { portTaken } from '../../ports/port-taken.js';
import { chooseFormat } from './choose-format.js';

export interface MetricsPage extends AsyncDisposable {
  readonly url: string;
}

/** Never any other: the page names routes and services, and asks nobody who they are. */
const HOST = '127.0.0.1';
const PATH = '/metrics';

/** Serves the metrics on a port of their own, for Prometheus on the same machine. Fails with `PORT_TAKEN`. */
export async function serveMetrics(
  port: number,
  families: () => readonly MetricFamily[] | Promise<readonly MetricFamily[]>,
): Promise<MetricsPage> {
  const server = createServer((request, response) => {
    answer(request, response, families).catch(() => response.destroy());
  });
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
  } catch (error) {
    throw await listenFailure(port, error as NodeJS.ErrnoException);
  }
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${taken}${PATH}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  { method, url = '', headers }: IncomingMessage,
  response: ServerResponse,
  families: Parameters<typeof serveMetrics>[1],
): Promise<void> {
  if (url.split('?', 1)[0] !== PATH) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end(`The metrics are under ${PATH}.\n`);
  } else if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
  } else {
    const format = chooseFormat(headers.accept ?? '');
    const text = renderMetrics(await families(), format);
    response.writeHead(200, { 'Content-Type': metricsContentType[format], 'Content-Length': Buffer.byteLength(text) });
    response.end(method === 'HEAD' ? undefined : text);
  }
}

async function listenFailure(port: number, cause: NodeJS.ErrnoException): Promise<Error> {
  const hint = 'Choose another port under gateway.metrics in mscli.yaml.';
  if (cause.code === 'EADDRINUSE') return portTaken(port, "the gateway's metrics", { cause, hint });
  return failure('USAGE', `The gateway's metrics cannot be served on ${HOST}:${port}.`, { hint, cause });
}

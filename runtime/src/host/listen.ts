import type { AddressInfo } from 'node:net';
import { MscliError } from '../errors.js';
import type { App } from './app.js';

/**
 * Listens on an address.
 *
 * @returns the service's origin, with the port that was picked for 0
 * @throws {MscliError} `PORT_TAKEN` when another process has the port; `LISTEN_FAILED` for other reasons
 */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<string> {
  // Fastify would log a line for every address; the host logs one, with the url that others use.
  const { level } = app.log;
  app.log.level = 'silent';
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const taken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
    if (!taken) throw new MscliError('LISTEN_FAILED', `Cannot listen on ${host}:${port}: ${cause}`, { cause });
    throw new MscliError('PORT_TAKEN', `Port ${port} on ${host} is taken by another process.`, {
      hint: 'Give the service another port in mscli.yaml or in PORT, or end the other process.',
      cause,
    });
  } finally {
    app.log.level = level;
  }
  const { address, family, port: actual } = app.server.address() as AddressInfo;
  const everywhere = address === '0.0.0.0' || address === '::';
  const name = everywhere ? '127.0.0.1' : family === 'IPv6' ? `[${address}]` : address;
  return `http://${name}:${actual}`;
}

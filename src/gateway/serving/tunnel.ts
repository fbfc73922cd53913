import type { Socket } from 'node:net';

const KEEP_ALIVE_MS = 30_000;

/** Moves bytes both ways until either end closes, which closes the other, or nothing moves for too long. */
export function tunnel(client: Socket, upstream: Socket, idleMs: number): Promise<void> {
  return new Promise((resolve) => {
    let open = 2;
    const join = (from: Socket, to: Socket) => {
      from.setNoDelay(true);
      from.setKeepAlive(true, KEEP_ALIVE_MS);
      // Traffic in one direction keeps both open, since a write counts as activity of the socket that takes it.
      from.setTimeout(idleMs, () => from.destroy());
      from.on('error', () => from.destroy());
      from.once('close', () => {
        to.destroySoon();
        open -= 1;
        if (open === 0) resolve();
      });
      from.pipe(to);
    };
    join(client, upstream);
    join(upstream, client);
  });
}

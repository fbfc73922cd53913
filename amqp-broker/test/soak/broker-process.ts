import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { temporaryFolder } from '../support/temporary-folder.js';

/** What the broker's process holds once its garbage is collected. */
export interface Held {
  /** Heap and buffers. */
  bytes: number;
  /** What the operating system counts. */
  rss: number;
  timers: number;
  sockets: number;
  files: number;
  connections: number;
  queues: number;
}

export interface SoakedBroker extends AsyncDisposable {
  readonly url: string;
  held(): Promise<Held>;
}

/** Starts a broker with a data folder in a process of its own, so that its clients' memory does not count. */
export async function startSoakedBroker(): Promise<SoakedBroker> {
  const folder = await temporaryFolder();
  const outfile = join(folder.path, 'broker.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  const child = fork(outfile, [join(folder.path, 'data')]);
  const exited = once(child, 'exit');
  const gone = exited.then(([code]) => Promise.reject(new Error(`the broker ended with ${code}`)));
  gone.catch(() => {});
  const answer = async () => (await Promise.race([once(child, 'message'), gone]))[0];
  const { url } = (await answer()) as { url: string };
  return {
    url,
    async held() {
      child.send('held');
      return (await answer()) as Held;
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.send('stop');
      await exited;
      await folder[Symbol.asyncDispose]();
    },
  };
}

import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Broker } from '../../src/index.js';
import type { Held } from './broker-process.js';

/** A broker on its own in a process, which tells over its channel what it holds. */
const broker = await new Broker({ port: 0, dataDir: process.argv[2] as string }).start();
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('message', (message) => {
  if (message === 'held') process.send?.(held());
  else void broker.stop().then(() => process.disconnect());
});
process.send?.({ url: broker.url });

function held(): Held {
  collect();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const stats = broker.stats();
  return {
    bytes: heapUsed + arrayBuffers,
    rss,
    timers: resources.filter((name) => name === 'Timeout').length,
    sockets: resources.filter((name) => name === 'TCPSocketWrap').length,
    files: readdirSync('/proc/self/fd').length,
    connections: stats.connections,
    queues: stats.queues.length,
  };
}

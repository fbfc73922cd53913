import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { testGateway } from '../setup/test-gateway.js';
import { httpUpstream } from '../setup/upstream.js';

export interface Listened {
  events: number;
  /** Between the writing of an event and its reading, in milliseconds. */
  latest: number;
}

/**
 * Server-sent events for so long, every 50 ms at most. The next event is sent only when the client has told that it has the one
 * before: where one waits in a buffer for the next, there is no next.
 */
export async function listenToEvents(ms: number): Promise<Listened> {
  let told = () => {};
  await using upstream = await httpUpstream(async (_, outgoing) => {
    outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' }).flushHeaders();
    for (let id = 1; !outgoing.destroyed; id++) {
      const arrived = new Promise<void>((resolve) => {
        told = resolve;
      });
      outgoing.write(`id: ${id}\ndata: ${performance.now()}\n\n`);
      await Promise.all([arrived, sleep(50)]);
    }
  });
  await using gateway = await testGateway({ '/': { urls: [upstream.url] } });
  const [answer] = (await once(get(gateway.url), 'response')) as [IncomingMessage];
  const listened = { events: 0, latest: 0 };
  const startedAt = performance.now();
  for await (const part of answer.setEncoding('utf8')) {
    const [, id, sentAt] = /^id: (\d+)\ndata: ([\d.]+)\n\n$/.exec(part) ?? [];
    if (Number(id) !== listened.events + 1)
      throw new Error(`after event ${listened.events} came ${JSON.stringify(part)}`);
    listened.events += 1;
    listened.latest = Math.max(listened.latest, performance.now() - Number(sentAt));
    told();
    if (performance.now() - startedAt > ms) break;
  }
  return listened;
}

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { testGateway } from '../setup/test-gateway.js';
import { httpUpstream } from '../setup/upstream.js';
import { Pattern } from './pattern.js';

export interface Echoed {
  /** Messages that came back, each to its sender, in order, unchanged. */
  echoed: number;
  /** Messages that the service sent of its own accord meanwhile, in order. */
  pushed: number;
}

/**
 * Many sockets send messages of all sizes as fast as they are taken, to a service that sends each back and something of its own
 * besides; every fourth of them does not read for a while, so that both sides are held back.
 */
export async function echoMessages(sockets: number, messages: number): Promise<Echoed> {
  const pattern = new Pattern();
  await using upstream = await httpUpstream((_, outgoing) => outgoing.end());
  const service = new WebSocketServer({ server: upstream.server, perMessageDeflate: false });
  service.on('connection', (socket) => {
    let count = 0;
    socket.on('message', (data, isBinary) => {
      if (count++ % 10 === 0) socket.send(`push ${count}`);
      socket.send(data, { binary: isBinary });
    });
  });
  await using gateway = await testGateway({ '/': { urls: [upstream.url] } });
  const url = `ws://127.0.0.1:${gateway.port}/`;
  const all = await Promise.all(
    Array.from({ length: sockets }, (_, n) => converse(url, pattern, { messages, pauses: n % 4 === 0 })),
  );
  service.close();
  return {
    echoed: all.reduce((sum, { echoed }) => sum + echoed, 0),
    pushed: all.reduce((sum, { pushed }) => sum + pushed, 0),
  };
}

async function converse(
  url: string,
  pattern: Pattern,
  { messages, pauses }: { messages: number; pauses: boolean },
): Promise<Echoed> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  const expected: string[] = [];
  const counts = { echoed: 0, pushed: 0 };
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('it was closed')));
    socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) {
        if (String(data) !== `push ${counts.pushed * 10 + 1}`) reject(new Error(`${data} after ${counts.pushed}`));
        counts.pushed += 1;
        return;
      }
      if (digest(data) !== expected.shift()) reject(new Error(`message ${counts.echoed} is another one`));
      counts.echoed += 1;
      if (counts.echoed === messages) resolve();
    });
  });
  if (pauses) {
    socket.pause();
    setTimeout(() => socket.resume(), 500);
  }
  const send = async () => {
    for (let n = 0; n < messages; n++) {
      const data = pattern.at(n * 7919, sizeOf(n));
      expected.push(digest(data));
      await new Promise((resolve) => socket.send(data, resolve));
    }
  };
  await Promise.all([done, send()]);
  socket.removeAllListeners('close');
  socket.close();
  return counts;
}

/** From none to 256 KiB. */
function sizeOf(number: number): number {
  if (number % 50 === 49) return 256 * 1024;
  return number % 10 === 9 ? 20_000 : number % 127;
}

function digest(data: Buffer): string {
  return createHash('sha1').update(data).digest('base64');
}

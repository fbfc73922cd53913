import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { PlainSocket } from '../../../src/gateway/upstream/upstream-socket.js';
import { waitUntil } from '../setup/wait-until.js';

it('tells what each connection has read where all read to one place', async () => {
  const server = createServer((socket) => socket.once('data', (bytes) => socket.end(bytes.toString().repeat(50_000))));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const buffer = Buffer.alloc(72 * 1024);
  const sockets = ['a', 'b', 'c'].map((letter) => {
    const parts: Buffer[] = [];
    const socket = new PlainSocket(buffer)
      .on('data', (bytes) => parts.push(Buffer.from(bytes)))
      .connect({ port, host: '127.0.0.1' });
    socket.write(letter);
    return { letter, parts, ended: once(socket, 'end') };
  });
  await Promise.all(sockets.map(({ ended }) => ended));
  for (const { letter, parts } of sockets) expect(Buffer.concat(parts).toString()).toBe(letter.repeat(50_000));
  server.close();
});

it('reads nothing while it is paused, and the rest afterwards', async () => {
  const server = createServer((socket) => socket.end('x'.repeat(2_000_000)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let length = 0;
  let reads = 0;
  const socket = new PlainSocket(Buffer.alloc(72 * 1024));
  socket.on('data', (bytes: Buffer) => {
    expect(socket.isPaused()).toBe(false);
    length += bytes.length;
    reads += 1;
    socket.pause();
    setTimeout(() => socket.resume(), 2);
  });
  socket.connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  await waitUntil(() => length === 2_000_000, 'the rest');
  expect(reads).toBeGreaterThan(20);
  socket.destroy();
  server.close();
});

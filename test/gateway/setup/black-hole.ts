import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Upstream } from './upstream.js';

/** Listens and never accepts: its process stands still. */
const program = `
  const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    process.stdout.write(String(server.address().port), () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });`;

/** A port at which no connection comes about and none is refused: the queue of those that nobody accepts is full. */
export async function blackHole(): Promise<Upstream> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [text] = await once(child.stdout, 'data');
  const port = Number(text);
  const sockets: Socket[] = [];
  do sockets.push(connect(port, '127.0.0.1').on('error', () => {}));
  while (await comesAbout(sockets.at(-1) as Socket));
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function comesAbout(socket: Socket): Promise<boolean> {
  return Promise.race([once(socket, 'connect').then(() => true), sleep(300, false)]);
}

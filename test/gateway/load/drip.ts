import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

// A program: so many clients of a gateway that are slow in each way there is, until it is ended. Says when they are all there.
const [port = '', count = ''] = process.argv.slice(2);
const BEAT_MS = 1_000;

const kinds = [dripHead, dripBody, sipAnswer];
const clients = Array.from({ length: Number(count) }, (_, n) => client(kinds[n % kinds.length] ?? dripHead));
await Promise.all(clients);
process.stdout.write('ready');

/** Resolves when it has connected for the first time; it comes again whenever it is thrown out. */
async function client(slow: (socket: Socket) => void): Promise<void> {
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  socket.on('close', () => void sleep(BEAT_MS).then(() => client(slow)));
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  // They must not all move in one moment.
  await sleep(Math.random() * BEAT_MS);
  slow(socket);
}

function dripHead(socket: Socket): void {
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nX: ');
  every(socket, () => socket.write('x'));
}

function dripBody(socket: Socket): void {
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n');
  every(socket, () => socket.write('x'));
}

function sipAnswer(socket: Socket): void {
  socket.write('GET /large HTTP/1.1\r\nHost: a\r\n\r\n');
  socket.pause();
  every(socket, () => socket.read(1000));
}

function every(socket: Socket, beat: () => void): void {
  const timer = setInterval(beat, BEAT_MS);
  socket.once('close', () => clearInterval(timer));
}

import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Ticker } from '../../../src/gateway/timing/ticker.js';
import { Turn } from '../../../src/gateway/timing/turn.js';
import { UpstreamConnection } from '../../../src/gateway/upstream/upstream-connection.js';
import type { UpstreamEvents } from '../../../src/gateway/upstream/upstream-events.js';
import type { UpstreamSocket } from '../../../src/gateway/upstream/upstream-socket.js';

/** As much of a socket as the connection uses. */
class FakeSocket extends EventEmitter {
  readonly standsAt = 'connect';
  readonly writableLength = 0;
  destroyed = false;
  written = '';
  write(text: string): boolean {
    this.written += text;
    return true;
  }
  resume(): void {}
  destroy(): void {
    this.destroyed = true;
  }
  explain(error: Error): Error {
    return error;
  }
}

let ticker: Ticker;
beforeEach(() => {
  ticker = new Ticker(50);
});
afterEach(() => ticker[Symbol.dispose]());

/** A connection that has asked once, and what it tells. */
async function asking() {
  const told: string[] = [];
  const tell =
    (what: string) =>
    (...[given]: unknown[]) =>
      told.push(typeof given === 'string' || Buffer.isBuffer(given) ? `${what} ${given}` : what) > 0;
  const events = Object.fromEntries(
    ['connected', 'wrote', 'drained', 'informed', 'answered', 'part', 'ended', 'flush', 'switched'].map((name) => [
      name,
      tell(name),
    ]),
  );
  const failed = ({ kind }: { kind: string }) => told.push(`failed: ${kind}`);
  const socket = new FakeSocket();
  const turn = new Turn();
  const keeper = {
    options: { head: { bytes: 16_384, fields: 200 }, ticker, turn, connectMs: 1_000, idleMs: 1_000, recentMs: 1_000 },
    keep: () => told.push('kept'),
    forget: () => told.push('forgotten'),
  };
  const connection = new UpstreamConnection(
    socket as unknown as UpstreamSocket,
    { ...events, failed } as unknown as UpstreamEvents,
    keeper,
  );
  socket.emit('connect');
  connection.head('GET', 'GET / HTTP/1.1\r\n\r\n', false);
  connection.end([]);
  connection.flush();
  await new Promise(setImmediate);
  expect(socket.written).toBe('GET / HTTP/1.1\r\n\r\n');
  told.length = 0;
  return { connection, socket, told };
}

const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

it('reads an answer at the end of the turn in which it came, and a second piece behind the first', async () => {
  const { socket, told } = await asking();
  socket.emit('data', answer.subarray(0, -1));
  expect(told).toEqual([]);
  socket.emit('data', answer.subarray(-1));
  await new Promise(setImmediate);
  expect(told).toEqual(['answered', 'part o', 'flush', 'part k', 'ended', 'kept']);
});

it('has what came kept while the place where it was read to is read to again', async () => {
  const [one, other] = [await asking(), await asking()];
  const place = Buffer.from(answer);
  one.socket.emit('data', place);
  place.write('no', place.length - 2);
  other.socket.emit('data', place);
  place.fill('-');
  await new Promise(setImmediate);
  expect([one.told[1], other.told[1]]).toEqual(['part ok', 'part no']);
});

it('hands long parts on at once', async () => {
  const { socket, told } = await asking();
  socket.emit('data', Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n${'a'.repeat(10_000)}`));
  expect(told.map((one) => one.length)).toEqual(['answered'.length, 'part '.length + 10_000, 'flush'.length]);
});

it.each([
  ['end', ['answered', 'part all', 'flush', 'ended']],
  ['close', ['answered', 'part all', 'flush', 'failed: broken']],
])('reads what came before its %s in the same turn', async (event, expected) => {
  const { socket, told } = await asking();
  socket.emit('data', Buffer.from('HTTP/1.1 200 OK\r\n\r\nall'));
  socket.emit(event);
  expect(told).toEqual(expected);
  await new Promise(setImmediate);
  expect(told).toEqual(expected);
});

it('closes at once where a byte comes that nobody asked for, so that nobody who asks then takes it for the answer', async () => {
  const { socket, told } = await asking();
  socket.emit('data', answer);
  await new Promise(setImmediate);
  told.length = 0;
  socket.emit('data', answer);
  expect([socket.destroyed, told]).toEqual([true, ['forgotten']]);
});

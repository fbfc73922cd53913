import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PlainSocket } from '../../../src/gateway/upstream/upstream-socket.js';

beforeEach(() => {
  const fail = (written: (error: Error) => void) => written(new Error('write EPIPE'));
  vi.spyOn(Socket.prototype, '_write').mockImplementation((_chunk, _encoding, written) => fail(written));
  vi.spyOn(Socket.prototype, '_writev').mockImplementation((_chunks, written) => fail(written));
});
afterEach(() => void vi.restoreAllMocks());

function opened() {
  const errors: Error[] = [];
  const socket = new PlainSocket().on('error', (error) => errors.push(error));
  return { socket, errors };
}

const write = (socket: Socket) => void socket.write('x');
const writeMore = (socket: Socket) => {
  socket.cork();
  socket.write('x');
  socket.write('y');
  socket.uncork();
};

describe.each([
  ['one piece', write],
  ['several pieces', writeMore],
])('a failed write of %s', (_, fail) => {
  it('leaves the socket open, so that what has come can be read', async () => {
    const { socket, errors } = opened();
    fail(socket);
    await nextTurn();
    expect([socket.destroyed, errors]).toEqual([false, []]);
    socket.destroy();
  });

  it('closes it once its patience has ended', async () => {
    const { socket, errors } = opened();
    socket.endPatience();
    fail(socket);
    await nextTurn();
    expect([socket.destroyed, errors.map(({ message }) => message)]).toEqual([true, ['write EPIPE']]);
  });
});

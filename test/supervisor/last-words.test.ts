import { expect, it } from 'vitest';
import { lastWords } from '../../src/supervisor/last-words.js';

const nodeError = `before
node:events:502
      throw er; // Unhandled 'error' event
      ^

Error: listen EADDRINUSE: address already in use 127.0.0.1:5672
    at Server.setupListenHandle [as _listen2] (node:net:1908:16)
    at listenInCluster (node:net:1965:12)
Emitted 'error' event on Server instance at:
    at emitErrorNT (node:net:1944:8) {
  code: 'EADDRINUSE',
  errno: -98,
  syscall: 'listen',
  address: '127.0.0.1',
  port: 5672
}

Node.js v20.20.2`.split('\n');

const pythonError = ['a', 'b', 'c', 'd', 'e', 'f', 'g', '  File "app.py", line 1', 'ValueError: no'];

it("begins with the error's message where its fields would push it out", () => {
  expect(lastWords(nodeError)).toEqual(nodeError.slice(5, 13));
});

it.each([
  [pythonError, pythonError.slice(1)],
  [
    ['one', 'two'],
    ['one', 'two'],
  ],
  [[], []],
])('is else simply what was said last', (lines, words) => {
  expect(lastWords(lines)).toEqual(words);
});

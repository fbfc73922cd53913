import { expect, it } from 'vitest';
import { readyPauseMs } from '../../src/supervisor/ready-pause.js';

const http = { kind: 'http', url: 'http://127.0.0.1:1/' } as const;

it('looks less often where a look is a line in a log', () => {
  expect(readyPauseMs({ health: http, run: { kind: 'node', entry: 'main.js' } })).toBe(2_000);
  expect(readyPauseMs({ health: http, run: { kind: 'shell', command: 'python3 app.py' } })).toBe(10_000);
  expect(readyPauseMs({ health: { kind: 'amqp', url: 'amqp://x' }, run: { kind: 'external' } })).toBe(20_000);
});

import { expect, it } from 'vitest';
import { Backlog } from '../../../src/gateway/front/backlog.js';

it('gives back in order what was put in, and what was put back first', () => {
  const backlog = new Backlog(100);
  for (const text of ['one', 'two', 'three']) backlog.add(Buffer.from(text));
  expect(String(backlog.take())).toBe('one');
  backlog.putBack(Buffer.from('ne'));
  expect(backlog.takeAll().map(String)).toEqual(['ne', 'two', 'three']);
  expect([backlog.isEmpty, backlog.take()]).toEqual([true, undefined]);
});

it('is full with many bytes and with many pieces, and no longer when they are taken', () => {
  const bytes = new Backlog(100);
  bytes.add(Buffer.alloc(99));
  expect(bytes.isFull).toBe(false);
  bytes.add(Buffer.alloc(1));
  expect(bytes.isFull).toBe(true);
  bytes.take();
  expect(bytes.isFull).toBe(false);
  const pieces = new Backlog(100);
  for (let n = 0; n < 65; n++) pieces.add(Buffer.alloc(1));
  expect(pieces.isFull).toBe(true);
});

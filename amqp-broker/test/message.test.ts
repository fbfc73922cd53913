import { expect, test } from 'vitest';
import { changed } from '../src/message.js';
import { messageOf } from './support/parts.js';

test('a message that is kept leaves the much larger buffer that it was read in', () => {
  const chunk = Buffer.alloc(64 * 1024, 'a chunk of many frames ');
  const message = changed(messageOf('key'), { content: chunk.subarray(1_000, 2_000) });
  message.own();
  expect(message.content.equals(chunk.subarray(1_000, 2_000))).toBe(true);
  expect(message.content.buffer.byteLength).toBeLessThan(chunk.length / 2);
});

test('a message that fills most of its buffer is not copied', () => {
  const content = Buffer.alloc(64 * 1024);
  const message = changed(messageOf('key'), { content });
  message.own();
  expect(message.content).toBe(content);
});

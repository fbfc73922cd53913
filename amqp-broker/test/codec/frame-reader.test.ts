import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FRAME_END } from '../../src/codec/frame.js';
import { FrameReader } from '../../src/codec/frame-reader.js';
import { AmqpError } from '../../src/errors.js';

const frames = fc.array(
  fc.record({
    type: fc.integer({ min: 0, max: 255 }),
    channel: fc.integer({ min: 0, max: 65535 }),
    payload: fc.uint8Array({ maxLength: 80 }),
  }),
  { maxLength: 12 },
);

interface Frame {
  type: number;
  channel: number;
  payload: Uint8Array;
}

test('frames come out the same however the stream is cut', () => {
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(bytesOf));
      const reader = new FrameReader(100);
      const seen: Frame[] = [];
      for (let at = 0, cut = 0; at < stream.length; cut += 1) {
        const size = cuts[cut % cuts.length] ?? 1;
        reader.push(stream.subarray(at, at + size), (type, channel, buffer, start, end) => {
          seen.push({ type, channel, payload: new Uint8Array(buffer.subarray(start, end)) });
        });
        at += size;
      }
      expect(seen).toEqual(sent);
    }),
  );
});

test('a frame above the limit is refused as soon as its size is known', () => {
  const head = bytesOf({ type: 1, channel: 0, payload: new Uint8Array(93) }).subarray(0, 7);
  expect(() => new FrameReader(100).push(head, () => {})).toThrow(AmqpError);
  const inPieces = new FrameReader(100);
  inPieces.push(head.subarray(0, 6), () => {});
  expect(() => inPieces.push(head.subarray(6), () => {})).toThrow(AmqpError);
});

test('a frame without its end octet is refused', () => {
  const frame = bytesOf({ type: 1, channel: 0, payload: new Uint8Array(3) });
  frame[frame.length - 1] = 0;
  expect(() => new FrameReader(100).push(frame, () => {})).toThrow(/206/);
});

function bytesOf({ type, channel, payload }: Frame): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([FRAME_END])]);
}

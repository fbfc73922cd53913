import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ContentAssembler, type Published } from '../../src/channel/content-assembler.js';
import { BASIC_CLASS, FRAME, FRAME_END } from '../../src/codec/frame.js';
import { FrameReader } from '../../src/codec/frame-reader.js';
import type { MethodNamed } from '../../src/codec/method-spec.js';
import { nothingHeld } from '../../src/store/held-bytes.js';

const publishes = fc.array(
  fc.record({
    list: fc.uint8Array({ minLength: 2, maxLength: 60 }),
    frames: fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 3 }),
  }),
  { maxLength: 8 },
);

test('contents come out as they went in, however their frames lie in what is read', () => {
  fc.assert(
    fc.property(publishes, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sent, cuts) => {
      const held = nothingHeld();
      const assembler = new ContentAssembler(10_000, held);
      const frames = new FrameReader(10_000);
      const published: Published[] = [];
      const stream = Buffer.concat(sent.flatMap(framesOf));
      for (let at = 0, cut = 0; at < stream.length; cut += 1) {
        const size = cuts[cut % cuts.length] ?? 1;
        // A chunk is nobody else's: contents are joined in it.
        frames.push(Buffer.from(stream.subarray(at, at + size)), (type, _channel, buffer, start, end) => {
          if (type === FRAME.HEADER) assembler.begin(METHOD);
          const complete =
            type === FRAME.HEADER ? assembler.header(buffer, start, end) : assembler.body(buffer, start, end);
          if (complete !== undefined) published.push(complete);
        });
        at += size;
      }
      expect(published.map(({ content }) => [...content])).toEqual(
        sent.map(({ list, frames: bodies }) => [...list, ...bodies.flatMap((body) => [...body])]),
      );
      expect(published.map(({ bodyAt }) => bodyAt)).toEqual(sent.map(({ list }) => list.length));
      expect(held.incoming).toBe(0);
    }),
    { numRuns: 500 },
  );
});

const METHOD: MethodNamed<'basic.publish'> = {
  method: 'basic.publish',
  reserved1: 0,
  exchange: '',
  routingKey: 'key',
  mandatory: false,
  immediate: false,
};

function framesOf({ list, frames }: { list: Uint8Array; frames: Uint8Array[] }): Buffer[] {
  const header = Buffer.alloc(12 + list.length);
  header.writeUInt16BE(BASIC_CLASS, 0);
  header.writeUInt32BE(
    frames.reduce((sum, body) => sum + body.length, 0),
    8,
  );
  header.set(list, 12);
  return [frame(FRAME.HEADER, header), ...frames.map((body) => frame(FRAME.BODY, body))];
}

function frame(type: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([type, 0, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.from([FRAME_END])]);
}

import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Coders } from '../../../../src/gateway/policies/compression/coders.js';
import { CompressedBody } from '../../../../src/gateway/policies/compression/compressed-body.js';
import type { AnswerSink } from '../../../../src/gateway/serving/answer-sink.js';

const text = fc.string({ maxLength: 3000, unit: 'binary' }).map((some) => Buffer.from(some));
const bytes = fc.uint8Array({ maxLength: 40_000 }).map((some) => Buffer.from(some));
const step = fc.record({
  part: fc.oneof(text, bytes),
  flushes: fc.boolean(),
  /** What lies behind stops here, for so many turns. */
  blocksFor: fc.integer({ min: 0, max: 3 }),
  waits: fc.boolean(),
});

it('gives back the same bytes, whatever the parts, the flushes and the stops are', async () => {
  const coders = new Coders();
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('br' as const, 'gzip' as const), fc.array(step), async (coding, steps) => {
      const compressed: Buffer[] = [];
      const coder = coders.take(coding, undefined);
      if (coder === undefined) throw new Error('no coder is free');
      const trailers = await new Promise<readonly string[]>((resolve, reject) => {
        const next = { isBlocked: false, part: (part: Buffer) => void compressed.push(part), flush() {}, end: resolve };
        const body = new CompressedBody(coder, next satisfies AnswerSink, { drained() {}, lost: reject });
        feed(body, next, steps).catch(reject);
      });
      coders.close(coder);
      expect(trailers).toEqual(['X-Sum', '1']);
      const whole = Buffer.concat(compressed);
      const back = coding === 'br' ? brotliDecompressSync(whole) : gunzipSync(whole);
      expect(back.equals(Buffer.concat(steps.map(({ part }) => part)))).toBe(true);
    }),
    { numRuns: 60 },
  );
  expect(coders.open).toBe(0);
});

it('tells when its coder fails', () => {
  const coders = new Coders();
  const coder = coders.take('gzip', undefined);
  if (coder === undefined) throw new Error('no coder is free');
  const lost: Error[] = [];
  const next = { isBlocked: false, part() {}, flush() {}, end() {} };
  new CompressedBody(coder, next, { drained() {}, lost: (cause) => void lost.push(cause) }).part(Buffer.from('a'));
  const fault = new Error('no memory');
  coder.stream.emit('error', fault);
  expect(lost).toEqual([fault]);
  coders.close(coder);
});

async function feed(
  body: CompressedBody,
  next: { isBlocked: boolean },
  steps: readonly { part: Buffer; flushes: boolean; blocksFor: number; waits: boolean }[],
): Promise<void> {
  for (const { part, flushes, blocksFor, waits } of steps) {
    next.isBlocked = blocksFor > 0;
    body.part(part);
    if (flushes) body.flush();
    for (let turn = 0; turn < blocksFor; turn++) await turnOver();
    next.isBlocked = false;
    if (blocksFor > 0) body.resume();
    if (waits) await turnOver();
  }
  body.end(['X-Sum', '1', 'Content-Digest', 'sha-256=:AA==:']);
}

const turnOver = () => new Promise((resolve) => setImmediate(resolve));

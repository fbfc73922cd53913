import { setImmediate as tick } from 'node:timers/promises';
import {
  childTraceparent,
  currentTrace,
  formatTraceparent,
  parseTraceparent,
  runWithTrace,
  startTrace,
} from '@mscli/runtime/telemetry';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${spanId}-01`;

describe('parseTraceparent', () => {
  test('reads a valid one', () => {
    expect(parseTraceparent(traceparent)).toEqual({ traceId, spanId, flags: 1 });
    expect(parseTraceparent(`00-${traceId}-${spanId}-00`)?.flags).toBe(0);
  });

  test('reads a later version with more fields', () => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-comes-later`)).toEqual({ traceId, spanId, flags: 1 });
  });

  test.each([
    ['nothing', undefined],
    ['empty', ''],
    ['version ff', `ff-${traceId}-${spanId}-01`],
    ['version 00 with more fields', `${traceparent}-more`],
    ['upper case', traceparent.toUpperCase()],
    ['a zero trace id', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['a zero span id', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['a short trace id', `00-${traceId.slice(1)}-${spanId}-01`],
    ['a missing flag digit', traceparent.slice(0, -1)],
    ['a later version without a separator', `cc-${traceId}-${spanId}-011`],
    ['space around', ` ${traceparent}`],
    ['a line break at the end', `${traceparent}\n`],
    ['two joined by a comma', `${traceparent},${traceparent}`],
  ])('takes %s for absent', (_, text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  test('reads back whatever was written', () => {
    const hex = (length: number) =>
      fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length }).map((d) => d.join(''));
    fc.assert(
      fc.property(hex(32), hex(16), fc.constantFrom(0, 1), (trace, span, flags) => {
        fc.pre(!/^0+$/.test(trace) && !/^0+$/.test(span));
        expect(parseTraceparent(formatTraceparent({ traceId: trace, spanId: span, flags }))).toEqual({
          traceId: trace,
          spanId: span,
          flags,
        });
      }),
    );
  });
});

describe('runWithTrace', () => {
  test('continues the sender’s trace in a new span, across awaits', async () => {
    const context = await runWithTrace(
      traceparent,
      async () => {
        await tick();
        return currentTrace();
      },
      { tracestate: 'vendor=1', requestId: 'r-1' },
    );
    expect(context).toMatchObject({
      traceId,
      parentSpanId: spanId,
      flags: 1,
      tracestate: 'vendor=1',
      requestId: 'r-1',
    });
    expect(context?.spanId).not.toBe(spanId);
    expect(currentTrace()).toBeUndefined();
  });

  test('starts a trace where there is no valid one, and drops the tracestate', () => {
    const context = runWithTrace('rubbish', () => currentTrace(), { tracestate: 'vendor=1' });
    expect(context?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(context).not.toHaveProperty('parentSpanId');
    expect(context).not.toHaveProperty('tracestate');
  });

  test('keeps concurrent work apart', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, () =>
        runWithTrace(undefined, async () => {
          const before = currentTrace()?.traceId;
          await tick();
          return before === currentTrace()?.traceId ? before : 'mixed up';
        }),
      ),
    );
    expect(new Set(ids).size).toBe(20);
  });

  test('hands on a traceparent that makes the receiver a child', () => {
    const [sender, receiver] = runWithTrace(traceparent, () => {
      const sent = childTraceparent();
      return [currentTrace(), runWithTrace(sent, () => currentTrace())];
    });
    expect(receiver?.traceId).toBe(traceId);
    expect(receiver?.parentSpanId).toBe(sender?.spanId);
  });

  test('hands on a new trace outside of any', () => {
    expect(parseTraceparent(childTraceparent())).toBeDefined();
    expect(startTrace(undefined, (bytes) => 'ab'.repeat(bytes))).toEqual({
      traceId: 'ab'.repeat(16),
      spanId: 'ab'.repeat(8),
      flags: 1,
    });
  });
});

import { startTrace } from '@mscli/runtime/telemetry';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AccessLine, type Ending } from '../../src/gateway/access-log.js';
import { jsonLog, type LogEntry } from '../../src/gateway/log.js';
import { logAccess } from '../../src/gateway/log-access.js';
import { testExchange } from './setup/test-exchange.js';

function logged(sample: number) {
  const lines: LogEntry[] = [];
  return { lines, log: logAccess((line) => lines.push(line), { sample, slowMs: 1_000 }) };
}

it('logs every request unless told otherwise, and says nothing of a share', () => {
  const { lines, log } = logged(1);
  for (let count = 0; count < 10; count++) log(testExchange(), { status: 200 }, 5);
  expect(lines).toHaveLength(10);
  expect(lines[0]).not.toHaveProperty('sample');
});

it('logs about the share of the ordinary requests, each line with the share', () => {
  const { lines, log } = logged(0.25);
  for (let count = 0; count < 4_000; count++) log(testExchange({ trace: startTrace(undefined) }), { status: 200 }, 5);
  expect(lines.length).toBeGreaterThan(800);
  expect(lines.length).toBeLessThan(1_200);
  expect(new Set(lines.map(({ sample }) => sample))).toEqual(new Set([0.25]));
});

it('chooses by the trace, so that every hop of a request chooses alike', () => {
  const trace = startTrace(undefined);
  const counts = [1, 2, 3].map(() => {
    const { lines, log } = logged(0.5);
    log(testExchange({ trace }), { status: 200 }, 5);
    return lines.length;
  });
  expect(new Set(counts).size).toBe(1);
});

it('takes preflights for ordinary, and logs whatever was slow, failed or was refused', () => {
  const { lines, log } = logged(0.000001);
  const trace = { ...startTrace(undefined), traceId: 'f'.repeat(32) };
  log(testExchange({ trace }), { status: 204, reason: 'preflight' }, 5);
  log(testExchange({ trace }), { status: 200 }, 999);
  log(testExchange({ trace }), { status: 200 }, 1000);
  log(testExchange(), { status: 502 });
  log(testExchange(), { status: 429, reason: 'rate-limited' });
  log(testExchange(), { status: 499, reason: 'client-gone' });
  expect(lines.map(({ status }) => status)).toEqual([200, 502, 429, 499]);
  expect(lines[0]).not.toHaveProperty('sample');
});

it('writes each line as JSON.stringify would, whatever it holds', () => {
  const texts = fc.string({ unit: 'binary' });
  const exchanges = fc.record({
    target: texts.map((text) => `/${text}`),
    httpVersion: fc.constantFrom('1.0', '1.1', '2.0'),
    headers: fc.option(texts).map((id) => (id === null ? [] : ['X-Request-Id', id])),
    route: fc.option(texts).map((path) => (path === null ? undefined : { path, service: 'a', stripPrefix: false })),
    service: texts,
    instance: fc.option(texts).map((id) => (id === null ? undefined : { id })),
  });
  const endings = fc.record({
    status: fc.integer({ min: 200, max: 599 }),
    reason: fc.option(texts, { nil: undefined }),
    cause: fc.option(texts, { nil: undefined }).map((text) => (text === undefined ? undefined : new Error(text))),
  });
  fc.assert(
    fc.property(exchanges, endings, fc.double({ min: 0, max: 1e9, noNaN: true }), (exchange, ending, now) => {
      const made = testExchange(exchange as Partial<Parameters<typeof testExchange>[0]>);
      const line = new AccessLine(made, ending as Ending, now);
      let written = '';
      jsonLog((text) => (written = text), { service: 'gateway', instance: 'gateway-1' })(line);
      expect(written.slice(written.indexOf(',"level"'))).toBe(`,${JSON.stringify(line).slice(1)}\n`);
    }),
  );
});

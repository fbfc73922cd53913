import type { Instance } from '@mscli/runtime/discovery';
import { startTrace } from '@mscli/runtime/telemetry';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accessEntry, type Ending } from '../../src/gateway/access-log.js';
import { jsonLog, type LogEntry, wholeEntry } from '../../src/gateway/log.js';
import { logAccess } from '../../src/gateway/log-access.js';
import { bareRoute } from '../../src/gateway/policies/served-route.js';
import { testExchange } from './setup/test-exchange.js';

function sampled(sample: number) {
  const lines: LogEntry[] = [];
  return { lines, log: logAccess((entry) => lines.push(wholeEntry(entry)), { sample, slowMs: 1_000 }) };
}

it('logs every request unless told otherwise, and says nothing of a share', () => {
  const { lines, log } = sampled(1);
  for (let count = 0; count < 10; count++) log(testExchange(), { status: 200 }, 5);
  expect(lines).toHaveLength(10);
  expect(lines[0]).not.toHaveProperty('sample');
});

it('logs about the share of the ordinary requests, each line with the share', () => {
  const { lines, log } = sampled(0.25);
  for (let count = 0; count < 4_000; count++) log(testExchange({ trace: startTrace(undefined) }), { status: 200 }, 5);
  expect(lines.length).toBeGreaterThan(800);
  expect(lines.length).toBeLessThan(1_200);
  expect(new Set(lines.map(({ sample }) => sample))).toEqual(new Set([0.25]));
});

it('chooses by the trace, so that every hop of a request chooses alike', () => {
  const trace = startTrace(undefined);
  const counts = [1, 2, 3].map(() => {
    const { lines, log } = sampled(0.5);
    log(testExchange({ trace }), { status: 200 }, 5);
    return lines.length;
  });
  expect(new Set(counts).size).toBe(1);
});

it('takes preflights for ordinary, and logs whatever was slow, failed or was refused', () => {
  const { lines, log } = sampled(0.000001);
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
  const optional = fc.option(texts, { nil: undefined });
  const given = fc.record({
    path: texts.map((text) => `/${text.replaceAll(/[?#]/g, '')}`),
    query: fc.constantFrom('', '?secret', '#secret'),
    httpVersion: fc.constantFrom('1.0', '1.1', '2.0'),
    clientRequestId: optional,
    route: optional,
    service: texts,
    instance: optional,
    status: fc.integer({ min: 200, max: 599 }),
    reason: optional,
    cause: optional,
    sample: fc.option(fc.constant(0.25), { nil: undefined }),
    durationMs: fc.nat({ max: 1e9 }).map((tenths) => tenths / 10),
  });
  fc.assert(
    fc.property(given, ({ path, query, httpVersion, clientRequestId, durationMs, sample, ...one }) => {
      // Without a route nobody is asked.
      const hasInstance = one.route !== undefined && one.instance !== undefined;
      const exchange = testExchange({
        target: path + query,
        httpVersion,
        headers: clientRequestId === undefined ? [] : ['X-Request-Id', clientRequestId],
        route: one.route === undefined ? undefined : bareRoute({ path: one.route, service: 'a', stripPrefix: false }),
        service: one.service,
        instance: hasInstance ? ({ id: one.instance } as Instance) : undefined,
      });
      const ending: Ending = { status: one.status };
      if (one.reason !== undefined) ending.reason = one.reason;
      if (one.cause !== undefined) ending.cause = new Error(one.cause);
      let written = '';
      const log = jsonLog(
        (text) => (written = text),
        { service: 'gateway', instance: 'gateway-1' },
        () => 0,
      );
      log(accessEntry(exchange, ending, durationMs, sample));
      const said = {
        time: '1970-01-01T00:00:00.000Z',
        service: 'gateway',
        instance: 'gateway-1',
        level: one.status >= 500 ? 'warn' : 'info',
        msg: 'request',
        method: 'GET',
        path,
        httpVersion: httpVersion === '1.1' ? undefined : httpVersion,
        route: one.route,
        upstream: one.route === undefined ? undefined : one.service,
        upstreamInstance: hasInstance ? one.instance : undefined,
        status: one.status,
        durationMs,
        traceId: exchange.trace.traceId,
        spanId: exchange.trace.spanId,
        requestId: exchange.id,
        clientRequestId: clientRequestId?.slice(0, 128),
        reason: one.reason,
        cause: one.cause,
        sample,
      };
      expect(written).toBe(`${JSON.stringify(said)}\n`);
    }),
  );
});

it('says of an instance what is so for each request, whatever was written of it before', () => {
  const instance = { id: 'a-service-1' } as Instance;
  const whereabouts = [
    { path: '/a', service: 'a-service' },
    { path: '/b', service: 'a-service' },
    { path: '/b', service: 'a-canary' },
    { path: '/a', service: 'a-service' },
  ];
  for (const { path, service } of whereabouts) {
    const route = bareRoute({ path, service: 'a-service', stripPrefix: false });
    for (const _ of ['first', 'again']) {
      const entry = wholeEntry(accessEntry(testExchange({ route, service, instance }), { status: 200 }, 5));
      expect(entry).toMatchObject({ route: path, upstream: service, upstreamInstance: 'a-service-1' });
    }
  }
});

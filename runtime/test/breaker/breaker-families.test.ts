import { Breaker, breakerFamilies } from '@mscli/runtime/breaker';
import { renderMetrics } from '@mscli/runtime/metrics';
import { expect, test } from 'vitest';

test('state, calls and transitions of breakers are metrics', () => {
  const breaker = new Breaker('gateway->order-service', { consecutiveFailures: 1 });
  breaker.acquire()?.settle('success');
  breaker.acquire()?.settle('failure');
  breaker.acquire();
  const lines = renderMetrics(breakerFamilies([breaker, new Breaker('a->"b"')])).split('\n');
  expect(lines.filter((line) => line.startsWith('# TYPE'))).toEqual([
    '# TYPE mscli_breaker_state gauge',
    '# TYPE mscli_breaker_calls_total counter',
    '# TYPE mscli_breaker_transitions_total counter',
  ]);
  const labels = 'caller="gateway",callee="order-service"';
  expect(lines).toContain(`mscli_breaker_state{${labels},state="open"} 1`);
  expect(lines).toContain(`mscli_breaker_state{${labels},state="closed"} 0`);
  expect(lines).toContain(`mscli_breaker_calls_total{${labels},outcome="failure"} 1`);
  expect(lines).toContain(`mscli_breaker_calls_total{${labels},outcome="refused"} 1`);
  expect(lines).toContain(`mscli_breaker_transitions_total{${labels},to="open"} 1`);
  expect(lines).toContain('mscli_breaker_state{caller="a",callee="\\"b\\"",state="closed"} 1');
});

test('without breakers nothing is rendered', () => {
  expect(renderMetrics(breakerFamilies([]))).toBe('');
});

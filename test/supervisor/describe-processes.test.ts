import { expect, it } from 'vitest';
import { describeProcesses } from '../../src/supervisor/describe-processes.js';
import type { StatusWithActivity } from '../../src/supervisor/workspace-status.js';
import { plain } from '../../src/text/style.js';

const rates = { published: 0, delivered: 0, acknowledged: 0 };
const running: StatusWithActivity = {
  workspace: { name: 'shop', root: '/shop' },
  supervisor: { pid: 7, startedAt: '2026-11-22T10:00:00.000Z' },
  gateway: { url: 'http://localhost:8080' },
  broker: {
    kind: 'docker',
    url: 'amqp://127.0.0.1:5672',
    reason: 'a Docker engine answered',
    activity: {
      connections: 1,
      channels: 1,
      consumers: 1,
      messages: { waiting: 2, unacknowledged: 0 },
      rates: { ...rates, confirmed: 0 },
      queues: [{ vhost: '/', name: 'order-service.paid', waiting: 2, unacknowledged: 0, consumers: 0, rates }],
    },
  },
  processes: [
    {
      name: 'gateway',
      kind: 'gateway',
      service: 'gateway',
      instanceId: 'gateway-1',
      state: 'ready',
      restarts: 0,
    },
  ],
};

it('shows the processes first, then where the gateway and the broker are, then the queues', () => {
  const text = describeProcesses(running, 0, plain);
  const firstWords = text.split('\n').flatMap((line) => /^[A-Za-z.-]+/.exec(line)?.[0] ?? []);
  expect(firstWords).toEqual(['shop', 'NAME', 'gateway', 'gateway', 'broker', 'QUEUE', 'order-service.paid']);
});

it('ends with the processes where nothing else is known', () => {
  const { supervisor, broker, ...idle } = running;
  expect(describeProcesses(idle, 0, plain)).toMatch(/^gateway .*\n$/m);
  expect(describeProcesses(idle, 0, plain)).not.toMatch(/\n\n$/);
});

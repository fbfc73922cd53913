import { expect, it } from 'vitest';
import type { BrokerActivity } from '../../src/broker/broker-activity.js';
import { describeActivity } from '../../src/broker/describe-activity.js';
import { plain } from '../../src/text/style.js';

const activity: BrokerActivity = {
  connections: 1,
  channels: 2,
  consumers: 0,
  messages: { waiting: 0, unacknowledged: 0 },
  rates: { published: 0.25, delivered: 1234.5, acknowledged: 0, confirmed: 0 },
  queues: [],
};

it('is one line where no queue holds messages', () => {
  expect(describeActivity(activity, plain)).toBe(
    '         1 connection, 0 queues, 0 messages waiting, 0 unacknowledged, 0.3 in and 1235 out a second\n',
  );
});

it('shows the ten queues that hold most messages', () => {
  const queues = Array.from({ length: 13 }, (_, waiting) => ({
    vhost: '/',
    name: `q${waiting}`,
    waiting,
    unacknowledged: waiting === 3 ? 100 : 0,
    consumers: 2,
    rates: { published: 0, delivered: 12.34, acknowledged: 0 },
  }));
  const text = describeActivity({ ...activity, queues }, plain);
  expect(text.match(/^q\d+/gm)).toEqual(['q3', 'q12', 'q11', 'q10', 'q9', 'q8', 'q7', 'q6', 'q5', 'q4']);
  expect(text).toMatch(/^q3 +3 +100 +2 +0 +12$/m);
  expect(text).toContain('and 2 queues with fewer messages');
});

import { RawClient } from '../support/raw-client.js';
import type { Scenario } from './observe.js';

/** connection.update-secret (RabbitMQ's extension). */
export const secrets: Scenario[] = [0, 1].map((channel) => ({
  name: `a new secret on channel ${channel}`,
  run: async ({ url }) => {
    await using raw = await RawClient.open(url);
    raw.method(channel, 'connection.update-secret', { newSecret: 'another', reason: 'it ran out' });
    if (channel === 1) return await raw.next('connection.close');
    const answer = await raw.next('connection.update-secret-ok');
    raw.method(1, 'basic.qos', { prefetchSize: 0, prefetchCount: 1, global: false });
    return [answer, await raw.next('basic.qos-ok')];
  },
}));

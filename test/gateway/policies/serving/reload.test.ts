import { Agent, request } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';
import { waitUntil } from '../../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

const versions: (object | undefined)[] = [
  undefined,
  { headers: { answer: { set: { 'x-version': '1' } } } },
  { concurrency: { limit: 4, queue: 100, wait: '10s' } },
  { concurrency: { limit: 5, queue: 100, wait: '10s' }, balance: 'least-outstanding', outliers: {} },
  { rateLimit: { requests: 1_000_000, per: '1s' }, cors: { origins: ['*'] }, balance: 'two-choices' },
  { timeouts: { firstByte: '20s', total: '30s' }, maxBody: '1mb', retries: {} },
];

it('changes the policies of requests that come, not of those that run: none fails', async () => {
  const urls = await Promise.all(
    [1, 2].map(async () => {
      const upstream = httpUpstream(async (incoming, outgoing) => {
        let body = '';
        for await (const chunk of incoming) body += chunk;
        setTimeout(() => outgoing.end(body), 2);
      });
      return stack.use(await upstream).url;
    }),
  );
  const gateway = stack.use(await testGateway({ '/a': { urls } }));
  const agent = new Agent({ connections: 16 });
  const failures: unknown[] = [];
  let served = 0;
  let isDone = false;
  const load = Array.from({ length: 12 }, async (_, worker) => {
    while (!isDone) {
      const options = worker % 2 === 0 ? {} : { method: 'POST' as const, body: `w${worker}` };
      const response = await request(`${gateway.url}/a`, { ...options, dispatcher: agent }).catch((e: Error) => e);
      if (response instanceof Error) failures.push(response);
      else if (response.statusCode !== 200) failures.push(`${response.statusCode} ${await response.body.text()}`);
      else if ((await response.body.text()) !== (options.body ?? '')) failures.push('another body');
      served += 1;
    }
  });
  for (let round = 0; round < 30; round++) {
    const policies = versions[round % versions.length];
    const before = served;
    await gateway.update((draft) => {
      draft.routes = [{ path: '/a', service: 'a-service', stripPrefix: false, ...(policies && { policies }) }];
    });
    await waitUntil(() => served > before + 20, 'the load');
  }
  isDone = true;
  await Promise.all(load);
  await agent.close();
  expect(failures).toEqual([]);
  // Every place was given back, so a full house can be had again.
  await gateway.update((draft) => {
    draft.routes = [{ path: '/a', service: 'a-service', stripPrefix: false, policies: { concurrency: { limit: 4 } } }];
  });
  const together = await Promise.all(Array.from({ length: 4 }, () => request(`${gateway.url}/a`)));
  for (const response of together) expect([response.statusCode, await response.body.text()]).toEqual([200, '']);
});

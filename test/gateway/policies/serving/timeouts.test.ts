import { afterEach, describe, expect, it } from 'vitest';
import { blackHole } from '../../setup/black-hole.js';
import { TestStack } from '../../setup/stack.js';
import { testGateway } from '../../setup/test-gateway.js';
import { httpUpstream } from '../../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

/** A service that answers, hangs, trickles for ever, or stops in the middle. */
async function gatewayWith(timeouts: object) {
  const upstream = stack.use(
    await httpUpstream((incoming, outgoing) => {
      if (incoming.url === '/a/hang') return;
      if (incoming.url === '/a/ok') return void outgoing.end('ok');
      outgoing.write('begun');
      if (incoming.url === '/a/stop') return;
      const trickle = setInterval(() => outgoing.write('.'), 5);
      outgoing.once('close', () => clearInterval(trickle));
    }),
  );
  return stack.use(await testGateway({ '/a': { urls: [upstream.url], policies: { timeouts } } }));
}

describe('the time a request may take', () => {
  it.each([['firstByte'], ['total']])('has an end by %s before the answer: 504', async (key) => {
    const gateway = await gatewayWith({ [key]: '50ms' });
    const response = await fetch(`${gateway.url}/a/hang`);
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ type: 'urn:mscli:problem:upstream-timeout' });
    expect((await fetch(`${gateway.url}/a/ok`)).status).toBe(200);
  });

  it.each([
    ['idle', 'stop'],
    ['total', 'stop'],
    ['total', 'trickle'],
  ])('has an end by %s in the middle of an answer, which never looks whole (%s)', async (key, what) => {
    const gateway = await gatewayWith({ [key]: '100ms' });
    const response = await fetch(`${gateway.url}/a/${what}`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    await expect.poll(() => gateway.requests()).toHaveLength(1);
    expect(gateway.requests()[0]).toMatchObject({ status: 200, reason: 'upstream-stalled' });
  });

  it('is counted against the service where the service is slow', async () => {
    const gateway = await gatewayWith({ total: '20ms' });
    const statuses = [];
    for (let n = 0; n < 6; n++) statuses.push((await fetch(`${gateway.url}/a/hang`)).status);
    expect(statuses).toEqual([504, 504, 504, 504, 504, 503]);
  });
});

it.skipIf(process.platform !== 'linux')(
  'gives up where no connection comes about, and asks another instance',
  { timeout: 30_000 },
  async () => {
    const deaf = stack.use(await blackHole());
    const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end('ok')));
    const policies = { timeouts: { connect: '100ms' } };
    const gateway = stack.use(await testGateway({ '/a': { urls: [deaf.url, upstream.url], policies } }));
    for (let n = 0; n < 4; n++) expect(await (await fetch(`${gateway.url}/a`)).text()).toBe('ok');
    const alone = stack.use(await testGateway({ '/a': { urls: [deaf.url], policies } }));
    expect((await fetch(`${alone.url}/a`)).status).toBe(502);
    await expect.poll(() => alone.requests()).toHaveLength(1);
    expect(alone.requests()[0]).toMatchObject({ cause: 'the connection took too long to come about' });
  },
);

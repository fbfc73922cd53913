import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { TestStack } from '../../setup/stack.js';
import { addInstance, testGateway } from '../../setup/test-gateway.js';
import { deadUrl, httpUpstream } from '../../setup/upstream.js';
import { waitUntil } from '../../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

async function named(
  names: readonly string[],
  handle = (name: string, outgoing: ServerResponse) => outgoing.end(name),
) {
  const upstreams = names.map((name) => httpUpstream((_, outgoing) => void handle(name, outgoing)));
  return (await Promise.all(upstreams)).map((upstream) => stack.use(upstream).url);
}

describe('balancing', () => {
  it('goes round the slow instance by what runs', async () => {
    const held: ServerResponse[] = [];
    const urls = await named(['slow', 'fast'], (name, outgoing) => {
      if (name === 'slow') held.push(outgoing);
      else outgoing.end(name);
      return outgoing;
    });
    const gateway = stack.use(await testGateway({ '/a': { urls, policies: { balance: 'least-outstanding' } } }));
    const answers: Promise<Response>[] = [];
    while (held.length === 0) {
      const answer = fetch(`${gateway.url}/a`);
      answers.push(answer);
      let isDone = false;
      void answer.then(() => {
        isDone = true;
      });
      await waitUntil(() => isDone || held.length === 1, 'the request to be answered or held');
    }
    for (let n = 0; n < 10; n++) expect(await (await fetch(`${gateway.url}/a`)).text()).toBe('fast');
    expect(held).toHaveLength(1);
    held[0]?.end('slow');
    expect(await Promise.all(answers.map(async (answer) => (await answer).text()))).toContain('slow');
  });

  it('keeps a session with its instance, also on another gateway and while instances come', async () => {
    const urls = await named(['1', '2', '3']);
    const policies = { balance: 'cookie:session' };
    const [one, other] = [
      stack.use(await testGateway({ '/a': { urls, policies } })),
      stack.use(await testGateway({ '/a': { urls, policies } }, { instanceId: 'gateway-2' })),
    ];
    const ask = async (url: string, session: string) =>
      (await fetch(`${url}/a`, { headers: { cookie: `session=${session}` } })).text();
    const sessions = Array.from({ length: 12 }, (_, n) => `s${n}`);
    const places = new Map<string, string>();
    for (const session of sessions) places.set(session, await ask(one.url, session));
    expect(new Set(places.values()).size).toBeGreaterThan(1);
    for (const session of sessions) expect(await ask(other.url, session)).toBe(places.get(session));
    const [fourth = ''] = await named(['4']);
    await one.update((draft) => void addInstance(draft, 'a-service', fourth, 4));
    for (const session of sessions) expect([places.get(session), '4']).toContain(await ask(one.url, session));
  });

  it('skips an instance that keeps failing', async () => {
    let asked = 0;
    const urls = await named(['bad', 'good'], (name, outgoing) => {
      if (name === 'bad') {
        asked += 1;
        outgoing.statusCode = 500;
      }
      return outgoing.end(name);
    });
    const policies = { outliers: { failures: 3, for: '10m' } };
    const gateway = stack.use(await testGateway({ '/a': { urls, policies } }));
    for (let n = 0; n < 40; n++) await (await fetch(`${gateway.url}/a`)).text();
    expect(asked).toBe(3);
  });

  it('skips an instance that refuses connections, while no request fails', async () => {
    const [good = ''] = await named(['good']);
    const urls = [await deadUrl(), good];
    const gateway = stack.use(await testGateway({ '/a': { urls, policies: { outliers: { failures: 2 } } } }));
    for (let n = 0; n < 10; n++) expect((await fetch(`${gateway.url}/a`)).status).toBe(200);
  });
});

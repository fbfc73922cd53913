import { afterEach, describe, expect, it } from 'vitest';
import { blackHole } from '../setup/black-hole.js';
import { TestStack } from '../setup/stack.js';
import { testGateway } from '../setup/test-gateway.js';
import { httpUpstream } from '../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

describe.skipIf(process.platform !== 'linux')('an upstream at which no connection comes about', () => {
  it('is given up after the time for a connection', async () => {
    const { url } = stack.use(await blackHole());
    const gateway = stack.use(await testGateway({ '/': { urls: [url] } }, { limits: { connectMs: 100 } }));
    const answer = await fetch(gateway.url);
    expect([answer.status, await answer.json()]).toMatchObject([502, { type: 'urn:mscli:problem:upstream-failed' }]);
    expect(gateway.requests()[0]).toMatchObject({ cause: 'the connection took too long to come about' });
  });

  it('is left for another instance, whatever the method', async () => {
    const { url } = stack.use(await blackHole());
    const alive = stack.use(await httpUpstream((incoming, outgoing) => incoming.pipe(outgoing)));
    const gateway = stack.use(await testGateway({ '/': { urls: [url, alive.url] } }, { limits: { connectMs: 100 } }));
    for (let n = 0; n < 3; n++) {
      const answer = await fetch(gateway.url, { method: 'POST', body: `body ${n}` });
      expect([answer.status, await answer.text()]).toEqual([200, `body ${n}`]);
    }
  });
});

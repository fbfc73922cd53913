import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { discoveryPath, updateDiscovery } from '@mscli/runtime/discovery';
import { SignJWT } from 'jose';
import { expect, it } from 'vitest';
import { makeWorkspace } from '../../support/make-workspace.js';
import { startMscli } from '../../support/run-mscli.js';

const secret = 's'.repeat(32);

it('keeps the policies of mscli.yaml as it is shipped, with what they load when they need it', async () => {
  await using workspace = await makeWorkspace();
  const file = join(workspace.root, 'mscli.yaml');
  const policies = `      jwt: { secret: TOKEN_SECRET, issuer: auth, audience: shop }
      rateLimit: { requests: 2, per: 1h, by: claim:sub }
      rewritePrefix: /v1
`;
  const text = await readFile(file, 'utf8');
  await writeFile(
    file,
    text.replace('      service: order-service\n', (line) => line + policies),
  );
  const service = createServer((incoming, outgoing) => {
    outgoing.end(`${incoming.url} ${incoming.headers['x-jwt-sub']}`);
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  await updateDiscovery(discoveryPath(workspace.stateUrl), (draft) => {
    draft.instances['order-service-1'] = {
      id: 'order-service-1',
      service: 'order-service',
      url: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
      status: 'ready',
      startedAt: new Date().toISOString(),
      registeredBy: 'self',
    };
  });
  const env = { TOKEN_SECRET: secret };
  const child = await startMscli(['gateway', '--port', '0'], { cwd: workspace.root, env });
  child.stdout.resume();
  const [said] = await once(child.stderr, 'data');
  const url = `${/http:\/\/127\.0\.0\.1:\d+/.exec(String(said))?.[0]}/orders/7`;
  const token = await new SignJWT({ sub: 'alice', iss: 'auth', aud: 'shop' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(secret));
  const ask = (authorization: string) => fetch(url, { headers: { authorization, 'x-jwt-sub': 'admin' } });

  // Until the routes are there no path has one.
  await expect.poll(async () => (await fetch(url)).status, { timeout: 10_000 }).toBe(401);
  expect((await ask('Bearer a.b.c')).status).toBe(401);
  expect(await (await ask(`Bearer ${token}`)).text()).toBe('/v1/7 alice');
  expect((await ask(`Bearer ${token}`)).status).toBe(200);
  expect((await ask(`Bearer ${token}`)).status).toBe(429);
  child.kill('SIGINT');
  expect((await once(child, 'exit'))[0]).toBe(0);
  service.close();
});

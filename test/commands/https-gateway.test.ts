import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { discoveryPath, readDiscovery } from '@mscli/runtime/discovery';
import { expect, it, vi } from 'vitest';
import { makeCertificate } from '../gateway/setup/certificate.js';
import { commandWorkspace } from '../supervisor/up-workspace.js';
import { makeWorkspace } from '../support/make-workspace.js';
import { runMscli, startMscli } from '../support/run-mscli.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const tls = 'tls: { certificate: certs/gateway.pem, key: certs/gateway.key }';

async function writeCertificate(root: string) {
  const made = await makeCertificate();
  await mkdir(join(root, 'certs'), { recursive: true });
  await writeFile(join(root, 'certs/gateway.pem'), made.cert);
  await writeFile(join(root, 'certs/gateway.key'), made.key);
  return made;
}

async function securely(url: string, ca: string): Promise<string> {
  const [answer] = await once(get(url, { ca, agent: false }), 'response');
  return text(answer);
}

it('is brought up by `up`, healthy with a certificate that nobody vouches for, and https wherever it is named', async () => {
  await using it = await commandWorkspace();
  const { root, config, stateUrl } = it.workspace;
  const file = join(root, 'mscli.yaml');
  const { port } = config.gateway;
  const routes = 'routes: [{ path: /alpha, service: alpha-service }]';
  const yaml = (await readFile(file, 'utf8')).replace(/gateway: .*/, `gateway: { port: ${port}, ${tls}, ${routes} }`);
  await writeFile(file, yaml);

  const refused = await it.mscli('up', '--detach');
  expect(refused.exitCode).toBe(3);
  expect(refused.stderr).toContain(`The gateway’s certificate ${join(root, 'certs/gateway.pem')} is not there.`);

  const { cert } = await writeCertificate(root);
  const up = await it.mscli('up', '--detach');
  expect([up.exitCode, up.stderr]).toEqual([0, expect.stringContaining(`https://localhost:${port}`)]);
  expect((await it.status()).gateway?.url).toBe(`https://localhost:${port}`);
  const { instances } = await readDiscovery(discoveryPath(stateUrl));
  expect(instances['gateway-1']).toMatchObject({ url: `https://127.0.0.1:${port}`, status: 'ready' });
  expect(await securely(`https://localhost:${port}/alpha`, cert)).toBe('alpha-service');
});

it('is run alone, and its faults are told before it starts', async () => {
  await using workspace = await makeWorkspace();
  const { root } = workspace;
  const file = join(root, 'mscli.yaml');
  await writeFile(
    file,
    (await readFile(file, 'utf8')).replace('  port: 8080\n', (line) => `${line}  ${tls}\n`),
  );
  const { cert } = await writeCertificate(root);
  const child = await startMscli(['gateway', '--port', '0'], { cwd: root });
  const [said] = await once(child.stderr, 'data');
  const url = /https:\/\/127\.0\.0\.1:\d+/.exec(String(said))?.[0] ?? '';
  expect(JSON.parse(await securely(`${url}/.mscli/health`, cert))).toEqual({ status: 'ready' });
  child.kill('SIGINT');
  expect((await once(child, 'exit'))[0]).toBe(0);

  expect((await runMscli(['gateway', 'check'], { cwd: root })).exitCode).toBe(0);
  await writeFile(join(root, 'certs/gateway.key'), (await makeCertificate()).key);
  const checked = await runMscli(['gateway', 'check'], { cwd: root });
  const [pem, key] = [join(root, 'certs/gateway.pem'), join(root, 'certs/gateway.key')];
  expect([checked.exitCode, checked.stdout]).toEqual([
    3,
    `fault ${file}:5:47 gateway.tls.key names ${key}, which does not belong to the certificate ${pem}\n`,
  ]);
  await rm(key);
  const alone = await runMscli(['gateway', '--port', '0'], { cwd: root });
  expect([alone.exitCode, alone.stderr]).toEqual([
    3,
    expect.stringContaining(`The gateway’s key ${key} is not there.`),
  ]);
});

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { checkGateway } from '../../../src/workspace/gateway-check/check-gateway.js';
import { checkCertificates, findWorkspace } from '../../../src/workspace/index.js';
import { certificateFolder, makeCertificate } from '../../gateway/setup/certificate.js';
import { makeWorkspace } from '../../support/make-workspace.js';

async function withSettings(root: string, lines: string) {
  const file = join(root, 'mscli.yaml');
  await writeFile(file, (await readFile(file, 'utf8')).replace('  port: 8080\n', `  port: 8080\n${lines}`));
}

it('names each file that is wrong at its place in mscli.yaml, and refuses to start with it', async () => {
  await using workspace = await makeWorkspace();
  const { root } = workspace;
  await withSettings(root, '  upstreamCa: ca.pem\n  tls:\n    certificate: a.pem\n    key: a.key\n');
  const { check, exitCode } = await checkGateway(root, {});
  expect(check.faults.map(({ line, path, message }) => `${line} ${path} ${message}`)).toEqual([
    `5 gateway.upstreamCa names ${join(root, 'ca.pem')}, which is not there`,
    `7 gateway.tls.certificate names ${join(root, 'a.pem')}, which is not there`,
  ]);
  expect([check.ok, exitCode]).toEqual([false, 3]);
  await expect(checkCertificates(await findWorkspace(root, {}))).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
});

it('takes files that are right, wherever they are', async () => {
  await using workspace = await makeWorkspace();
  await using files = await certificateFolder();
  const { certificate, key } = files.settings;
  await withSettings(
    workspace.root,
    `  upstreamCa: ${certificate}\n  tls: { certificate: ${certificate}, key: ${key} }\n`,
  );
  expect((await checkGateway(workspace.root, {})).check).toMatchObject({ ok: true, faults: [] });
  await checkCertificates(await findWorkspace(workspace.root, {}));
});

it.each([
  ['2020-01-31', 'has expired'],
  ['2100-01-31', 'is not valid yet'],
])('warns of a certificate until %s, which %s, also beside a fault', async (day, problem) => {
  await using workspace = await makeWorkspace();
  await using files = await certificateFolder(await makeCertificate({ expiresAt: new Date(day) }));
  const { certificate, key } = files.settings;
  await withSettings(workspace.root, `  upstreamCa: ca.pem\n  tls: { certificate: ${certificate}, key: ${key} }\n`);
  const { check } = await checkGateway(workspace.root, {});
  expect(check.faults).toMatchObject([{ path: 'gateway.upstreamCa' }]);
  expect(check.warnings.map(({ path, message }) => `${path} ${message}`)).toContainEqual(
    expect.stringMatching(`gateway.tls.certificate names ${certificate}, which ${problem}: it is valid from .*${day}`),
  );
});

it.each([
  [6, 1],
  [8, 0],
])('warns of a certificate that ends in %s days: %s times', async (days, times) => {
  await using workspace = await makeWorkspace();
  const expiresAt = new Date(Date.now() + days * 86_400_000);
  await using files = await certificateFolder(await makeCertificate({ expiresAt }));
  const { certificate, key } = files.settings;
  await withSettings(workspace.root, `  tls: { certificate: ${certificate}, key: ${key} }\n`);
  const { check } = await checkGateway(workspace.root, {});
  const message = expect.stringMatching(`names ${certificate}, which expires soon: it is valid until `);
  const warnings = check.warnings.filter(({ path }) => path === 'gateway.tls.certificate');
  expect(warnings).toEqual(Array.from({ length: times }, () => expect.objectContaining({ message })));
});

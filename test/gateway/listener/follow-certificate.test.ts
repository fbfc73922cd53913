import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import type { Certificate } from '../../../src/gateway/listener/certificate.js';
import { fingerprint, followCertificate } from '../../../src/gateway/listener/follow-certificate.js';
import type { LogEntry } from '../../../src/gateway/log.js';
import { type CertificateFolder, certificateFolder, makeCertificate } from '../setup/certificate.js';
import { TestStack } from '../setup/stack.js';
import { waitUntil } from '../setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

function follow(files: CertificateFolder['settings'], since?: string) {
  const changes: Certificate[] = [];
  const lines: LogEntry[] = [];
  const following = followCertificate(files, {
    onChange: (certificate) => changes.push(certificate),
    log: (entry) => lines.push(entry),
    everyMs: 10,
    ...(since === undefined ? {} : { since }),
  });
  stack.use({ [Symbol.asyncDispose]: async () => following[Symbol.dispose]() });
  return { changes, lines };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 100));

it('hands over a certificate that was renewed, and no other', async () => {
  const folder = stack.use(await certificateFolder());
  const { changes, lines } = follow(folder.settings);
  await settled();
  expect(changes).toEqual([]);
  const renewed = await makeCertificate();
  await folder.replace(renewed);
  await waitUntil(() => changes.length > 0, 'the renewal');
  expect(String(changes.at(-1)?.cert)).toBe(renewed.cert);
  expect(lines.at(-1)).toMatchObject({ level: 'info', certificate: folder.settings.certificate });
});

it('warns of a new one that has expired already', async () => {
  const folder = stack.use(await certificateFolder());
  const { changes, lines } = follow(folder.settings);
  await settled();
  const { cert, key } = await makeCertificate({ expiresAt: new Date('2020-01-31') });
  await folder.replace({ cert });
  await folder.replace({ key });
  await waitUntil(() => changes.length > 0, 'the change');
  await waitUntil(() => lines.some(({ msg }) => msg === 'the new certificate has expired'), 'the warning');
  expect(lines.at(-1)).toMatchObject({ level: 'warn', certificate: folder.settings.certificate });
});

it('keeps the old one while half of the pair is new, and says so with both paths', async () => {
  const folder = stack.use(await certificateFolder());
  const { changes, lines } = follow(folder.settings);
  await settled();
  const renewed = await makeCertificate();
  await folder.replace({ cert: renewed.cert });
  await waitUntil(() => lines.length > 0, 'the warning');
  const { certificate, key } = folder.settings;
  expect(lines).toMatchObject([{ level: 'warn', certificate, key, cause: expect.stringContaining('does not belong') }]);
  expect(changes).toEqual([]);
  await folder.replace({ key: renewed.key });
  await waitUntil(() => changes.length > 0, 'the renewal');
  expect(changes).toHaveLength(1);
});

it('keeps the old one while a file is half written', async () => {
  const folder = stack.use(await certificateFolder());
  const { changes, lines } = follow(folder.settings);
  await settled();
  const renewed = await makeCertificate();
  await writeFile(folder.settings.certificate, renewed.cert.slice(0, 200));
  await waitUntil(() => lines.length > 0, 'the warning');
  expect([lines[0]?.level, changes]).toEqual(['warn', []]);
  await folder.replace(renewed);
  await waitUntil(() => changes.length > 0, 'the renewal');
});

it('sees that a link leads to another folder, as secrets of Kubernetes are renewed', async () => {
  const folder = stack.use(await certificateFolder());
  const inside = async (name: string, { cert, key } = folder as { cert: string; key: string }) => {
    await mkdir(join(folder.path, name));
    await writeFile(join(folder.path, name, 'tls.crt'), cert);
    await writeFile(join(folder.path, name, 'tls.key'), key);
  };
  await inside('one');
  await symlink('one', join(folder.path, 'data'));
  const { changes } = follow({
    ...folder.settings,
    certificate: join(folder.path, 'data/tls.crt'),
    key: join(folder.path, 'data/tls.key'),
  });
  await settled();
  const renewed = await makeCertificate();
  await inside('two', renewed);
  await symlink('two', join(folder.path, 'new'));
  await rename(join(folder.path, 'new'), join(folder.path, 'data'));
  await waitUntil(() => changes.length > 0, 'the renewal');
  expect(String(changes.at(-1)?.cert)).toBe(renewed.cert);
});

it('hands over what was renewed between the first reading and the first look', async () => {
  const folder = stack.use(await certificateFolder());
  const since = await fingerprint(folder.settings);
  const renewed = await makeCertificate();
  await folder.replace(renewed);
  const { changes } = follow(folder.settings, since);
  await waitUntil(() => changes.length > 0, 'the renewal');
  expect(String(changes[0]?.cert)).toBe(renewed.cert);
});

import { generateKeyPairSync } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { readCertificate } from '../../../src/gateway/listener/certificate.js';
import { certificateFolder, makeCertificate } from '../setup/certificate.js';
import { TestStack } from '../setup/stack.js';

const stack = new TestStack();
afterEach(() => stack.end());

it('is read with its key, and says until when it holds', async () => {
  const expiresAt = new Date('2031-01-02T03:04:05Z');
  const { settings, cert, key } = stack.use(await certificateFolder(await makeCertificate({ expiresAt })));
  const read = await readCertificate(settings);
  expect([String(read.cert), String(read.key), read.expiresAt]).toEqual([cert, key, expiresAt]);
});

it.each([
  ['certificate', 'is not there'],
  ['key', 'is not there'],
] as const)('names the %s that is missing', async (setting, problem) => {
  const { settings } = stack.use(await certificateFolder());
  await rm(settings[setting]);
  await expect(readCertificate(settings)).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: `The gateway’s ${setting} ${settings[setting]} ${problem}.`,
    hint: expect.stringContaining('gateway.tls'),
  });
});

it('names a folder in the place of a file', async () => {
  const { settings } = stack.use(await certificateFolder());
  await rm(settings.key);
  await mkdir(settings.key);
  await expect(readCertificate(settings)).rejects.toThrow(`key ${settings.key} cannot be read.`);
});

it.each([
  ['certificate', 'holds no certificate that can be used'],
  ['key', 'holds no private key that can be used'],
] as const)('names the %s that is none', async (setting, problem) => {
  const { settings } = stack.use(await certificateFolder());
  await writeFile(settings[setting], '-----BEGIN NOTHING-----\n');
  await expect(readCertificate(settings)).rejects.toThrow(`${settings[setting]} ${problem}.`);
});

it('names both files that do not belong together', async () => {
  const { settings, replace } = stack.use(await certificateFolder());
  await replace({ key: (await makeCertificate()).key });
  await expect(readCertificate(settings)).rejects.toThrow(
    `key ${settings.key} does not belong to the certificate ${settings.certificate}.`,
  );
});

it.each(['PKCS #8', 'the older form'])('says that the key has a passphrase: %s', async (form) => {
  const { settings, replace } = stack.use(await certificateFolder());
  const type = form === 'PKCS #8' ? 'pkcs8' : 'sec1';
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' });
  await replace({ key: String(key) });
  await expect(readCertificate(settings)).rejects.toThrow(`${settings.key} has a passphrase.`);
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { trustedAuthorities } from '../../../src/gateway/upstream/trusted-authorities.js';
import { certificateFolder } from '../setup/certificate.js';
import { TestStack } from '../setup/stack.js';

const stack = new TestStack();
afterEach(() => stack.end());

it.each([
  ['is not there', undefined],
  ['holds no certificate', 'nothing'],
  ['holds a certificate that cannot be used', '-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n'],
])('says which file %s', async (problem, text) => {
  const folder = stack.use(await certificateFolder());
  const file = join(folder.path, 'ca.pem');
  if (text !== undefined) await writeFile(file, text);
  expect(() => trustedAuthorities(file)).toThrow(`The file of authorities ${file} ${problem}.`);
});

it('passes over an unreadable file of the environment, as Node does', async () => {
  const { settings } = stack.use(await certificateFolder());
  expect(trustedAuthorities(settings.certificate, { NODE_EXTRA_CA_CERTS: '/nowhere/ca.pem' })).toBeDefined();
});

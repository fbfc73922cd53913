import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeAtomically } from '../../src/workspace/write-atomically.js';
import { tempFolder } from './temp-folder.js';

test.each([0o600, 0o664, 0o666])('keeps the mode %o, whatever the umask', async (mode) => {
  using folder = tempFolder({ 'mscli.yaml': 'old' });
  const file = join(folder.path, 'mscli.yaml');
  chmodSync(file, mode);
  await writeAtomically(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(mode);
});

test('writes through a link, and leaves nothing beside the file', async () => {
  using folder = tempFolder({ 'real/mscli.yaml': 'old' });
  const link = join(folder.path, 'mscli.yaml');
  symlinkSync(join(folder.path, 'real/mscli.yaml'), link);
  await writeAtomically(link, 'new');
  expect(readFileSync(join(folder.path, 'real/mscli.yaml'), 'utf8')).toBe('new');
  expect(readdirSync(join(folder.path, 'real'))).toEqual(['mscli.yaml']);
});

import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { place } from '../../scripts/build/place.js';
import { filesOf, hashOf } from '../../scripts/build/stamp.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mscli-place-'));
});

afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, content = path): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

const inDist = async () => (await filesOf(join(folder, 'dist'))).map((path) => relative(join(folder, 'dist'), path));

it('moves new files in and removes what an earlier build has left', async () => {
  await write('dist/a.js', 'old');
  await write('dist/gone.js');
  await write('dist/help/other.txt');
  await write('built/a.js', 'new');
  await write('built/commands/b.js');
  await place(join(folder, 'built'), join(folder, 'dist'), { owned: (path) => path.endsWith('.js') });
  expect(await inDist()).toEqual(['a.js', 'commands/b.js', 'help/other.txt']);
  expect(await readFile(join(folder, 'dist/a.js'), 'utf8')).toBe('new');
});

it('keeps what a running program may still load for an hour', async () => {
  const options = { lasts: (path: string) => path.startsWith('chunks') };
  await write('dist/chunks/young.js');
  await write('dist/chunks/old.js');
  const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  await utimes(join(folder, 'dist/chunks/old.js'), twoHoursAgo, twoHoursAgo);
  await write('built/chunks/new.js');
  await place(join(folder, 'built'), join(folder, 'dist'), options);
  expect(await inDist()).toEqual(['chunks/new.js', 'chunks/young.js']);
});

it('hashes names and contents, not times or places', async () => {
  await write('one/src/a.ts', 'x');
  await write('two/src/a.ts', 'x');
  const hash = (name: string) => hashOf(['src', 'missing'], join(folder, name));
  expect(await hash('one')).toBe(await hash('two'));
  await write('two/src/a.ts', 'y');
  expect(await hash('one')).not.toBe(await hash('two'));
  await write('two/src/a.ts', 'x');
  await write('two/src/b.ts', '');
  expect(await hash('one')).not.toBe(await hash('two'));
});

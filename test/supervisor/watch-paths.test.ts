import { mkdir, mkdtemp, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchPaths } from '../../src/supervisor/watch-paths.js';
import { eventually } from '../support/eventually.js';

let folder: string;
let batches: string[][];
beforeEach(async () => {
  folder = join(await realpath(await mkdtemp(join(tmpdir(), 'mscli-watch-'))), 'dist');
  batches = [];
  await mkdir(join(folder, 'src/deep'), { recursive: true });
  await writeFile(join(folder, 'src/deep/a.ts'), '1');
});
afterEach(() => rm(dirname(folder), { recursive: true }));

const watching = (...paths: string[]) =>
  watchPaths(
    paths.map((path) => join(folder, path)),
    (files) => batches.push([...files]),
  );
const saw = (path: string) => eventually(() => batches.flat().includes(join(folder, path)));

it('sees files that are written, replaced as editors do, made in new folders and changed there again', async () => {
  using _ = await watching('src');
  await writeFile(join(folder, 'src/deep/a.ts'), '2');
  await saw('src/deep/a.ts');
  for (const content of ['3', '4']) {
    batches.length = 0;
    await writeFile(join(folder, 'replacement'), content);
    await rename(join(folder, 'replacement'), join(folder, 'src/deep/a.ts'));
    await saw('src/deep/a.ts');
  }
  await mkdir(join(folder, 'src/new/deeper'), { recursive: true });
  await writeFile(join(folder, 'src/new/deeper/b.ts'), '1');
  await eventually(() => batches.flat().some((file) => file.startsWith(join(folder, 'src/new'))));
  await new Promise((resolve) => setTimeout(resolve, 200));
  batches.length = 0;
  await writeFile(join(folder, 'src/new/deeper/b.ts'), '2');
  await saw('src/new/deeper/b.ts');
});

it('goes on in a folder that was removed and made again', async () => {
  using _ = await watching('src');
  for (const content of ['2', '3']) {
    await rm(join(folder, 'src/deep'), { recursive: true });
    await mkdir(join(folder, 'src/deep'));
    await writeFile(join(folder, 'src/deep/a.ts'), content);
    await saw('src/deep/a.ts');
    batches.length = 0;
    await eventually(async () => {
      await writeFile(join(folder, 'src/deep/a.ts'), `${content}!`);
      return batches.flat().includes(join(folder, 'src/deep/a.ts'));
    });
    batches.length = 0;
  }
});

it('gathers a burst', async () => {
  using _ = await watching('src');
  await Promise.all(Array.from({ length: 20 }, (_, i) => writeFile(join(folder, `src/${i}.ts`), '')));
  await eventually(() => new Set(batches.flat()).size >= 20);
  expect(batches.length).toBeLessThan(20);
});

it('watches a single file through replacements, and nothing beside it', async () => {
  await writeFile(join(folder, 'one.yaml'), '1');
  using _ = await watching('one.yaml');
  await writeFile(join(folder, 'other.yaml'), '1');
  for (const content of ['2', '3']) {
    batches.length = 0;
    await writeFile(join(folder, 'replacement'), content);
    await rename(join(folder, 'replacement'), join(folder, 'one.yaml'));
    await saw('one.yaml');
  }
  expect(new Set(batches.flat())).toEqual(new Set([join(folder, 'one.yaml')]));
});

it('leaves out what tools and services write, and paths that do not exist', async () => {
  using _ = await watching('src', 'missing');
  for (const path of [
    'src/dist/main.js',
    'src/node_modules/x/index.js',
    'src/data.db-wal',
    'src/a.log',
    'src/.b.ts.swp',
  ]) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), '');
  }
  await writeFile(join(folder, 'src/last.ts'), '');
  await saw('src/last.ts');
  expect(new Set(batches.flat())).toEqual(new Set([join(folder, 'src/last.ts')]));
});

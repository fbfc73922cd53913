import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePlan } from '../../src/scaffold/plan.js';
import { planTree } from '../../src/scaffold/plan-tree.js';
import { tempFolder } from '../workspace/temp-folder.js';

const file = (path: string, content = path) => ({ path, content });

test('says of each file what happens to it; the same content stays out', async () => {
  using folder = tempFolder({ same: 'same', 'dir/other': 'mine', index: 'old' });
  const plan = await makePlan({
    root: folder.path,
    files: [file('same'), file('dir/other'), file('new/file'), file('new/file', 'last word')],
    edits: [
      { ...file('index'), before: 'old' },
      { ...file('none'), before: undefined },
    ],
    force: true,
  });
  expect(plan.changes.map(({ path, action, content }) => [path, action, content])).toEqual([
    ['dir/other', 'overwrite', 'dir/other'],
    ['index', 'edit', 'index'],
    ['new/file', 'create', 'last word'],
    ['none', 'create', 'none'],
  ]);
});

test('names every file in the way', async () => {
  using folder = tempFolder({ a: 'mine', 'b/c': 'mine', d: 'd' });
  await expect(
    makePlan({ root: folder.path, files: [file('b/c'), file('a'), file('d'), file('e')], force: false }),
  ).rejects.toMatchObject({
    code: 'EXISTS',
    message: `${folder.path} already holds a, b/c.`,
    hint: expect.stringContaining('--force'),
  });
});

test('a target folder that is not there yet is fine', async () => {
  using folder = tempFolder();
  const plan = await makePlan({ root: join(folder.path, 'new'), files: [file('a/b')], force: false });
  expect(plan.changes).toMatchObject([{ path: 'a/b', action: 'create' }]);
});

test('folders, files and links in the way are never replaced, whatever is forced', async () => {
  using outside = tempFolder({ file: 'theirs' });
  using folder = tempFolder({ 'folder/x': '', file: '' });
  symlinkSync(outside.path, join(folder.path, 'out'));
  symlinkSync(join(folder.path, 'nowhere'), join(folder.path, 'dangling'));
  symlinkSync(join(outside.path, 'file'), join(folder.path, 'link'));
  for (const path of ['folder', 'file/below', 'out/file', 'out/deep/file', 'dangling/file', 'link']) {
    await expect(makePlan({ root: folder.path, files: [file(path)], force: true }), path).rejects.toMatchObject({
      code: 'EXISTS',
      message: expect.stringContaining(path),
    });
  }
});

test('a link to a folder inside the target is followed', async () => {
  using folder = tempFolder();
  mkdirSync(join(folder.path, 'real'));
  symlinkSync('real', join(folder.path, 'alias'));
  const plan = await makePlan({ root: folder.path, files: [file('alias/a')], force: false });
  expect(plan.changes).toMatchObject([{ path: 'alias/a', action: 'create' }]);
});

test('a target that is a file is refused', async () => {
  using folder = tempFolder({ shop: '' });
  await expect(makePlan({ root: join(folder.path, 'shop'), files: [file('a')], force: true })).rejects.toMatchObject({
    code: 'EXISTS',
  });
});

test('draws a plan as a tree', () => {
  const changes = [
    { path: 'b/c/d.ts', action: 'create' as const },
    { path: 'b/a.ts', action: 'overwrite' as const },
    { path: 'z.yaml', action: 'edit' as const },
    { path: 'a.ts', action: 'create' as const },
  ];
  expect(planTree('/shop', changes)).toBe(`/shop
├─ a.ts        create
├─ b/
│  ├─ a.ts     overwrite
│  └─ c/
│     └─ d.ts  create
└─ z.yaml      edit`);
});

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePlan, type Plan } from '../../src/scaffold/plan.js';
import { writePlan } from '../../src/scaffold/write-plan.js';
import { tempFolder } from '../workspace/temp-folder.js';

const file = (path: string, content = path) => ({ path, content });
const read = (root: string, path: string) => readFileSync(join(root, path), 'utf8');

test('creates, overwrites and edits', async () => {
  using folder = tempFolder({ old: 'mine', index: 'one' });
  const plan = await makePlan({
    root: folder.path,
    files: [file('a/b/c'), file('old'), { ...file('run.sh'), executable: true }],
    edits: [{ ...file('index', 'one two'), before: 'one' }],
    force: true,
  });
  await writePlan(plan);
  expect(read(folder.path, 'a/b/c')).toBe('a/b/c');
  expect(read(folder.path, 'old')).toBe('old');
  expect(read(folder.path, 'index')).toBe('one two');
  expect(statSync(join(folder.path, 'run.sh')).mode & 0o111).not.toBe(0);
  expect(readdirSync(folder.path).sort()).toEqual(['a', 'index', 'old', 'run.sh']);
});

/** A plan whose last file cannot be written, as its name is longer than any file system allows. */
async function failingPlan(root: string): Promise<Plan> {
  const plan = await makePlan({
    root,
    files: [file('a/b'), file('old')],
    edits: [{ ...file('index', 'two'), before: 'one' }],
    force: true,
  });
  return { root, changes: [...plan.changes, { ...file(`z/${'z'.repeat(300)}`), action: 'create' }] };
}

test('a failed write takes everything back and says so', async () => {
  using folder = tempFolder({ old: 'mine', index: 'one' });
  await expect(writePlan(await failingPlan(folder.path))).rejects.toMatchObject({
    code: 'WRITE_FAILED',
    message: expect.stringContaining('ENAMETOOLONG'),
    hint: 'Nothing was left behind.',
  });
  expect(readdirSync(folder.path).sort()).toEqual(['index', 'old']);
  expect([read(folder.path, 'old'), read(folder.path, 'index')]).toEqual(['mine', 'one']);
});

test('a failed write removes the target folder that it made, and no folder that was there', async () => {
  using folder = tempFolder();
  await expect(
    writePlan({ root: join(folder.path, 'x/y'), changes: [{ ...file('z'.repeat(300)), action: 'create' }] }),
  ).rejects.toThrow();
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a file that has appeared since the plan is neither replaced nor removed', async () => {
  using folder = tempFolder();
  const plan = await makePlan({ root: folder.path, files: [file('a'), file('b')], force: false });
  writeFileSync(join(folder.path, 'b'), 'theirs');
  await expect(writePlan(plan)).rejects.toMatchObject({
    code: 'WRITE_FAILED',
    message: expect.stringContaining('EEXIST'),
  });
  expect(readdirSync(folder.path)).toEqual(['b']);
  expect(read(folder.path, 'b')).toBe('theirs');
});

test('what cannot be taken back is named', async () => {
  using folder = tempFolder();
  const plan = await failingPlan(join(folder.path, 'new')).catch(() => undefined);
  expect(plan).toBeDefined();
  const root = join(folder.path, 'new');
  const changes = [
    { ...file('a/b'), action: 'create' as const },
    { ...file(`z/${'z'.repeat(300)}`), action: 'create' as const },
  ];
  const writing = writePlan({
    root,
    // Somebody else's file appears in the new folder while the plan is being written.
    changes: changes.map((change, index) =>
      index === 0
        ? change
        : {
            ...change,
            get content() {
              if (existsSync(join(root, 'a'))) writeFileSync(join(root, 'a', 'theirs'), '');
              return '';
            },
          },
    ),
  });
  await expect(writing).rejects.toMatchObject({
    hint: expect.stringMatching(/^Not everything could be taken back: ENOTEMPTY/),
  });
  expect(readdirSync(join(root, 'a'))).toEqual(['theirs']);
});

test('an interruption takes everything back', async () => {
  using folder = tempFolder();
  mkdirSync(join(folder.path, 'kept'));
  const abort = new AbortController();
  const changes = [
    {
      path: 'a/b',
      action: 'create' as const,
      get content() {
        abort.abort();
        return 'b';
      },
    },
    { ...file('c'), action: 'create' as const },
  ];
  await expect(writePlan({ root: folder.path, changes }, abort.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(readdirSync(folder.path)).toEqual(['kept']);
});

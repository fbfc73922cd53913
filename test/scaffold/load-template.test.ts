import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compose } from '../../src/scaffold/compose.js';
import { loadTemplate } from '../../src/scaffold/load-template.js';
import { tempFolder } from '../workspace/temp-folder.js';

const manifest = 'name: a\ndescription: b\n';

test('reads every file but the manifest and what is installed', async () => {
  using folder = tempFolder({
    'template.yaml': manifest,
    'b/c.ts.ejs': 'c',
    'a.sh': '#!/bin/sh',
    'node_modules/x/index.js': '',
    '.git/HEAD': '',
  });
  chmodSync(join(folder.path, 'a.sh'), 0o755);
  const { files } = await loadTemplate(folder.path);
  expect(files.map(({ path, executable }) => [path, executable])).toEqual([
    ['a.sh', true],
    ['b/c.ts.ejs', false],
  ]);
});

test('a folder without a manifest is not a template', async () => {
  using folder = tempFolder();
  await expect(loadTemplate(folder.path)).rejects.toMatchObject({
    code: 'INVALID_TEMPLATE',
    message: expect.stringContaining(folder.path),
  });
});

test('a symbolic link is refused', async () => {
  using folder = tempFolder({ 'template.yaml': manifest });
  symlinkSync('/etc/hostname', join(folder.path, 'secret'));
  await expect(loadTemplate(folder.path)).rejects.toMatchObject({
    code: 'INVALID_TEMPLATE',
    message: expect.stringContaining(join(folder.path, 'secret')),
  });
});

test('a rule for a file that is not there is refused', async () => {
  using folder = tempFolder({ 'template.yaml': `${manifest}files: [{ path: src/nothing.ts, to: x }]\n` });
  await expect(loadTemplate(folder.path)).rejects.toMatchObject({
    message: expect.stringContaining('"src/nothing.ts"'),
  });
});

test('an included template lies under the one that includes it', async () => {
  using folder = tempFolder({
    'inner/template.yaml': `${manifest}questions:\n  - { name: word, type: text, message: x, default: "of <%- name %>" }\n`,
    'inner/a.txt.ejs': 'inner a <%- word %> <%- extra %>',
    'inner/b.txt': 'inner b',
    'inner/c/d.txt': 'inner d',
    'outer/template.yaml': `${manifest}include:\n  - { template: ../inner, into: sub, answers: { name: x }, only: [a.txt, c] }\n`,
    'outer/sub/c/d.txt': 'outer d',
  });
  const files = await compose(await loadTemplate(join(folder.path, 'outer')), {}, () => ({ extra: '!' }));
  expect(files.map(({ path, content }) => [path, String(content)])).toEqual([
    ['sub/a.txt', 'inner a of x !'],
    ['sub/c/d.txt', 'inner d'],
    ['sub/c/d.txt', 'outer d'],
  ]);
});

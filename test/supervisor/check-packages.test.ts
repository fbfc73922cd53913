import { expect, it } from 'vitest';
import { checkPackages } from '../../src/supervisor/check-packages.js';
import { tempWorkspace } from './temp-workspace.js';

const built = 'name: shop\nservices:\n  a: { path: services/a, port: 3001 }\n';
const commandOnly = 'name: shop\nservices:\n  a: { command: python3 app.py, port: 3001 }\n';

it.each<[string, string, Record<string, string>, boolean]>([
  ['a fresh clone', built, { 'package.json': '{}' }, false],
  ['an installed workspace', built, { 'package.json': '{}', 'node_modules/.package-lock.json': '{}' }, true],
  ['a workspace without packages', built, {}, true],
  ['a workspace of commands alone', commandOnly, { 'package.json': '{}' }, true],
])('%s', async (_, yaml, files, passes) => {
  await using workspace = await tempWorkspace(yaml, files);
  const check = () => checkPackages(workspace);
  if (passes) expect(check).not.toThrow();
  else expect(check).toThrow(`No packages are installed in ${workspace.root}.`);
});

it('a workspace inside a larger one that is installed', async () => {
  await using outer = await tempWorkspace(built, {
    'node_modules/.package-lock.json': '{}',
    'inner/package.json': '{}',
  });
  expect(() => checkPackages({ ...outer, root: `${outer.root}/inner` })).not.toThrow();
});

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const node = (folder: string, module: string, ...args: string[]) =>
  run(process.execPath, [join(root, 'node_modules', module), ...args], { cwd: folder });

/** The README's service: every block that begins with a file's name. */
async function writeService(): Promise<string> {
  const readme = await readFile(join(root, 'runtime/README.md'), 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'mscli-readme-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [, path = '', text = ''] of readme.matchAll(/^```ts\n\/\/ ([\w./-]+\.ts)\b.*\n([\s\S]*?)^```$/gm)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const contracts = 'contracts/src/index.ts';
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        paths: { '@shop/contracts': [`./${contracts}`] },
        typeRoots: [join(root, 'node_modules/@types')],
      },
      include: ['src', 'test', 'contracts'],
    }),
  );
  await writeFile(
    join(folder, 'vitest.config.js'),
    `const conditions = ['source', 'node', 'import', 'default'];
     export default {
       resolve: { alias: { '@shop/contracts': ${JSON.stringify(join(folder, contracts))} } },
       ssr: { resolve: { conditions } },
       test: { include: ['test/*.test.ts'], testTimeout: 60000 },
     };`,
  );
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

test("the README's service compiles, and passes its own test", { timeout: 120_000 }, async () => {
  const folder = await writeService();
  const compiled = await node(folder, 'typescript/bin/tsc', '--noEmit', '-p', '.').catch((error) => error);
  expect(compiled.stdout).toBe('');
  const tested = await node(folder, 'vitest/vitest.mjs', 'run', '--reporter=json').catch((error) => error);
  expect(JSON.parse(tested.stdout)).toMatchObject({ success: true, numPassedTests: 1 });
});

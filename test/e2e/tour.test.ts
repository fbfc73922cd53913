import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { makeShop } from './shop.js';

test('the commands of the tour in the README work in their order', async () => {
  await using shop = await makeShop();
  const commands = await tour();
  expect(commands.join('\n')).toMatch(/mscli up -d.*auth\/register.*saga trace.*breaker trip.*breaker tune/s);
  const script = ['set -euo pipefail', 'mscli() { "$NODE" "$MSCLI" "$@"; }', ...commands, 'mscli down'].join('\n');
  const ran = await execa('bash', ['-x', '-c', script.replaceAll('http://localhost:8080', shop.gateway)], {
    cwd: shop.root,
    env: { NO_COLOR: '1', NODE: process.execPath, MSCLI: join(packageRoot(), 'bin/mscli.js') },
    stdin: 'ignore',
    reject: false,
  });
  expect(ran.exitCode, ran.stderr).toBe(0);
  expect(ran.stdout).toContain('compensated');
});

/** The lines of its shell blocks; those that follow something for ever are left out, and questions are answered. */
async function tour(): Promise<string[]> {
  const readme = await readFile(join(packageRoot(), 'README.md'), 'utf8');
  const text = /\n## A tour(.*?)\n## /s.exec(readme)?.[1] ?? '';
  return [...text.matchAll(/```sh\n(.*?)```/gs)]
    .flatMap(([, block = '']) => block.trim().split('\n'))
    .filter((line) => !/^(?:mscli new workspace|cd|mscli events tail) |--watch/.test(line))
    .map((line) =>
      line
        .replace(/ -f$/, '')
        .replace(/^mscli up -d/, '$& --broker embedded')
        .replace(/^mscli breaker trip \S+/, '$& --yes')
        .replace(
          '<id>',
          '"$(mscli saga list --json | node -p \'JSON.parse(require("fs").readFileSync(0)).sagas[0].id\')"',
        )
        .replaceAll(/ localhost:8080/g, ' http://localhost:8080'),
    );
}

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { environment } from '../../scripts/reference/environment.js';
import { loadExitCodes } from '../../scripts/reference/load-exit-codes.js';
import { renderReference } from '../../scripts/reference/render-reference.js';
import { exitCodes } from '../../src/errors.js';
import { packageRoot } from '../../src/package-root.js';

it('names every environment variable that the sources read, and no other', async () => {
  const read = new Set<string>();
  for (const folder of ['bin', 'src', 'runtime/src']) {
    for (const file of await readdir(join(packageRoot(), folder), { recursive: true })) {
      if (!/\.[jt]s$/.test(file)) continue;
      const source = await readFile(join(packageRoot(), folder, file), 'utf8');
      for (const [, name = ''] of source.matchAll(/\b(?:env\.|whole\(')([A-Z][A-Z_]+)/g)) read.add(name);
    }
  }
  const named = Object.values(environment).flatMap((variables) => Object.keys(variables));
  expect(named.sort()).toEqual([...read].sort());
});

it('takes the exit codes from the sources', async () => {
  expect(await loadExitCodes()).toEqual(exitCodes);
});

it('writes one row and one section a command, and keeps cells whole', () => {
  const reference = renderReference({
    pages: [{ name: 'mscli up', summary: 'start a|b', text: 'start a|b\n\nUSAGE\n  $ mscli up\n' }],
    exitCodes: { 8: { meaning: 'time is up', codes: ['TIMEOUT'] } },
    environment: { commands: { NO_COLOR: 'no colours' }, services: { PORT: 'where to listen' } },
  });
  expect(reference).toContain('| [`mscli up`](#mscli-up) | start a\\|b |');
  expect(reference).toContain('## mscli up\n\n```text\nstart a|b\n\nUSAGE\n  $ mscli up\n```\n');
  expect(reference).toContain('| 8 | time is up | `TIMEOUT` |');
  expect(reference).toContain('| `NO_COLOR` | no colours |');
  expect(reference).toContain('| `PORT` | where to listen |');
});

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findViolations } from '../../scripts/imports/find-violations.js';
import { importsOf } from '../../scripts/imports/imports-of.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mscli-imports-'));
});

afterEach(() => rm(root, { recursive: true }));

async function plant(file: string, code: string): Promise<void> {
  await mkdir(dirname(join(root, file)), { recursive: true });
  await writeFile(join(root, file), code);
}

describe('an arrow that may not exist', () => {
  it.each([
    ['src/supervisor/a.ts', "import { b } from '../commands/up.js';", 'supervisor -> commands'],
    ['src/events/a.ts', "import type { Output } from '../output/output.js';", 'events -> output'],
    ['src/gateway/a.ts', "export { b } from '../supervisor/b.js';", 'gateway -> supervisor'],
    ['src/gateway/a.ts', "import { saga } from '@mscli/runtime/saga';", 'gateway -> runtime'],
    ['src/events/a.ts', "const b = await import('../gateway/b.js');", 'events -> gateway'],
    ['src/events/a.ts', "import '../../runtime/src/events/index.js';", 'events -> runtime'],
    ['src/commands/a.ts', "import { readFile } from 'node:fs/promises';", 'commands -> node:fs/promises'],
    ['src/novel/a.ts', "import { b } from '../gateway/b.js';", 'novel -> gateway'],
    ['runtime/src/a.ts', "import { failure } from '../../src/errors.js';", 'runtime -> errors'],
    ['runtime/src/a.ts', "import { Broker } from '@mscli/amqp-broker';", 'runtime -> amqp-broker'],
    ['amqp-broker/src/a.ts', "import { MscliError } from '@mscli/runtime/errors';", 'amqp-broker -> runtime'],
  ])('in %s: %s', async (file, code, arrow) => {
    await plant(file, `// first line\n${code}\n`);
    expect(await findViolations(root)).toEqual([{ file, line: 2, arrow, rule: expect.any(String) }]);
  });
});

describe('an arrow that may exist', () => {
  it.each([
    ['src/commands/saga/a.ts', "import { b } from '../../saga/b.js'; import { c } from '../../output/command.js';"],
    ['src/gateway/a.ts', "import { Breaker } from '@mscli/runtime/breaker'; import { failure } from '../errors.js';"],
    ['src/gateway/a/b.ts', "import { c } from '../c.js'; import { connect } from 'node:net';"],
    ['src/supervisor/a.ts', "import { b } from '../broker/b.js';"],
    ['runtime/src/saga/a.ts', "import { b } from '../state/b.js'; import { z } from 'zod';"],
    ['src/events/a.ts', "// import { b } from '../commands/b.js';\nconst text = `import from '../commands/b.js'`;"],
  ])('in %s: %s', async (file, code) => {
    await plant(file, code);
    expect(await findViolations(root)).toEqual([]);
  });
});

it('finds imports over several lines and re-exports', () => {
  const code = "import {\n  a,\n  b,\n} from './a.js';\nexport * from \"./b.js\";\nimport type c from './c.js';\n";
  expect(importsOf(code)).toEqual([
    { specifier: './a.js', line: 4 },
    { specifier: './b.js', line: 5 },
    { specifier: './c.js', line: 6 },
  ]);
});

it('prints each with its rule and exits with 1', async () => {
  await plant('src/events/a.ts', "import { b } from '../commands/b.js';");
  const script = fileURLToPath(new URL('../../scripts/check-imports.js', import.meta.url));
  const { exitCode, stderr } = await execa(process.execPath, [script, root], { reject: false });
  expect(exitCode).toBe(1);
  expect(stderr).toBe('src/events/a.ts:1  events -> commands\n  nobody imports commands');
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import amqplib from 'amqplib';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { testBroker } from '../src/index.js';
import { eventually } from './support/eventually.js';
import { temporaryFolder } from './support/temporary-folder.js';

test('nothing stays open after it, whatever its clients do', async () => {
  const open = () =>
    process
      .getActiveResourcesInfo()
      .filter((name) => /^(TCP|Timeout|FSReq)/.test(name))
      .sort();
  const before = open();
  {
    await using broker = await testBroker({ managementPort: 0 });
    const connection = await amqplib.connect(broker.url);
    connection.on('error', () => {});
    await connection.createChannel();
    expect(open().length).toBeGreaterThan(before.length);
  }
  await eventually(() => open().length <= before.length, 'everything closed');
});

test('brokers at the same time have ports and queues of their own', async () => {
  const brokers = await Promise.all(Array.from({ length: 20 }, () => testBroker({ managementPort: 0 })));
  expect(new Set(brokers.flatMap(({ port, managementPort }) => [port, managementPort])).size).toBe(40);
  const [one, ...others] = brokers;
  const connection = await amqplib.connect(one?.url ?? '');
  await (await connection.createChannel()).assertQueue('mine');
  expect(others.flatMap((broker) => broker.stats().queues)).toEqual([]);
  await connection.close();
  await Promise.all(brokers.map((broker) => broker.stop()));
});

test('a run of node:test ends by itself', { timeout: 60_000 }, async () => {
  await using folder = await temporaryFolder();
  const index = fileURLToPath(new URL('../src/index.ts', import.meta.url));
  const source = join(folder.path, 'source.ts');
  const outfile = join(folder.path, 'run.test.mjs');
  await writeFile(
    source,
    `import test from 'node:test';
import assert from 'node:assert';
import { testBroker } from ${JSON.stringify(index)};
for (const name of ['one', 'two']) {
  test(name, async () => {
    const broker = await testBroker({ managementPort: 0 });
    assert.strictEqual(broker.stats().connections, 0);
    await broker.stop();
  });
}
`,
  );
  await build({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20' });
  // Set for the workers of this run: node:test would take itself for one of theirs.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--test', outfile], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(said).toMatch(/^. pass 2$/m);
});

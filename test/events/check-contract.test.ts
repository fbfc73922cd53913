import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { checkContract } from '../../src/events/contract/check-contract.js';
import { makeWorkspace } from '../support/make-workspace.js';

const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const contract = `import { z } from 'zod';
const items = z.array(z.object({ sku: z.string() })).max(1000);
export const orderNoted = { type: 'order.noted', schema: z.object({ id: z.number(), note: z.string().default('none'), items }) };
`;
const index = "export * from './order.noted.js';\n";

it('fills in what the contract fills in', async () => {
  await using workspace = await withContracts({ 'index.ts': index, 'order.noted.ts': contract });
  expect(await workspace.check({ id: 1, items: [] })).toEqual({ id: 1, note: 'none', items: [] });
  const items = Array.from({ length: 1000 }, () => ({ sku: 'x'.repeat(1000) }));
  expect(await workspace.check({ id: 1, items })).toMatchObject({ note: 'none', items });
  expect(workspace.notes).toEqual([]);
});

it('names each field that breaks the contract, with its value, and the file of the contract', async () => {
  await using workspace = await withContracts({ 'index.ts': index, 'order.noted.ts': contract });
  const error = await workspace.check({ id: '7', items: [{}] }).catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'INVALID_EVENT', hint: expect.stringContaining('contracts/order.noted.ts') });
  const fields = 'id is "7": expected number, received string; items.0.sku is missing';
  expect((error as Error).message).toBe(`order.noted breaks its contract: ${fields}.`);
  await expect(workspace.check(null)).rejects.toMatchObject({ message: expect.stringContaining('the data is null:') });
});

it('takes anything where there is no contract', async () => {
  await using workspace = await withContracts({ 'index.ts': 'this is no TypeScript', 'other.ts': contract });
  expect(await workspace.check('as it is', 'order.lost')).toBe('as it is');
  expect(workspace.notes).toEqual([]);
});

it.each([
  ['does not build', `${contract}!`, 'contracts/order.noted.ts:4: '],
  ['fails when it is loaded', `${contract}\nthrow new RangeError('not today');`, 'RangeError: not today'],
  ['ends the process', `${contract}\nprocess.exit(1);`, 'ends the process that loads it'],
  ['is not exported', contract.replace('export const', 'export const other = 1; const'), 'does not export it'],
])('says so where the contract %s, and goes on', async (_, source, why) => {
  await using workspace = await withContracts({ 'index.ts': index, 'order.noted.ts': source });
  expect(await workspace.check('as it is')).toBe('as it is');
  expect(workspace.notes).toEqual([expect.stringContaining(why)]);
});

async function withContracts(files: Record<string, string>) {
  const workspace = await makeWorkspace();
  await mkdir(join(workspace.root, 'contracts'));
  await symlink(nodeModules, join(workspace.root, 'node_modules'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(workspace.root, 'contracts', name), text);
  const notes: string[] = [];
  const signal = new AbortController().signal;
  const options = { root: workspace.root, signal, onNote: (text: string) => notes.push(text) };
  return {
    notes,
    check: (data: unknown, key = 'order.noted') => checkContract({ key, data }, options),
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}

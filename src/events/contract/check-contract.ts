import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeIssues } from '@mscli/runtime/events';
import { failure } from '../../errors.js';
import { headline } from '../../text/headline.js';
import { bundleContracts } from './bundle-contracts.js';
import { type Checked, runProgram } from './run-program.js';

export interface CheckOptions {
  /** Of the workspace. */
  root: string;
  signal: AbortSignal;
  /** Told why the data could not be checked. */
  onNote: (text: string) => void;
}

/**
 * The data of an event as its contract in the workspace has it, with what the contract fills in; as it was given, where there is
 * no contract or it cannot be read.
 *
 * @throws MscliError `INVALID_EVENT` when the data breaks the contract
 */
export async function checkContract(
  { key, data }: { key: string; data: unknown },
  { root, signal, onNote }: CheckOptions,
): Promise<unknown> {
  const folder = join(root, 'contracts');
  const file = await fileThatNames(folder, key);
  if (file === undefined) return data;
  const checked = await check(folder, key, data, signal);
  switch (checked.kind) {
    case 'valid':
      return checked.data;
    case 'broken':
      throw failure('INVALID_EVENT', `${key} breaks its contract: ${describeIssues(checked, data)}.`, {
        hint: `The contract is in contracts/${file}; --force publishes it all the same.`,
      });
    case 'unknown':
      onNote(`The contract of ${key} was not checked: ${checked.reason}`);
      return data;
    default:
      return checked satisfies never;
  }
}

/** Bundling takes a while, and most of what is published by hand has no contract. */
async function fileThatNames(folder: string, key: string): Promise<string | undefined> {
  const names = await readdir(folder).catch((): string[] => []);
  if (!names.includes('index.ts')) return undefined;
  for (const name of names.filter((found) => found.endsWith('.ts')).sort()) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    if (['"', "'", '`'].some((quote) => text.includes(quote + key + quote))) return name;
  }
  return undefined;
}

async function check(folder: string, key: string, data: unknown, signal: AbortSignal): Promise<Checked> {
  try {
    return await runProgram(await bundleContracts(folder, key, data), { cwd: folder, signal });
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'unknown', reason: headline(error instanceof Error ? error.message : String(error)) };
  }
}

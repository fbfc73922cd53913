import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constant } from './noun.js';
import type { FileEdit } from './plan.js';

/** An event and what the workspace already knows about it. */
export interface Contract {
  type: string;
  /** Its constant in the contracts package. */
  name: string;
  /** `new`: there is no contract yet; `example`: one that exports an example of its data; `bare`: one without. */
  state: 'new' | 'example' | 'bare';
}

/** Looks an event up in the workspace's contracts. */
export async function findContract(root: string, type: string): Promise<Contract> {
  const name = constant(type, 'Event');
  const text = await readIfThere(join(root, 'contracts', `${type}.ts`));
  if (text === undefined) return { type, name, state: 'new' };
  return { type, name, state: text.includes(`${name}Example`) ? 'example' : 'bare' };
}

/** `contracts/index.ts` with these contracts, or undefined when it has them all. */
export async function editContractIndex(root: string, types: readonly string[]): Promise<FileEdit | undefined> {
  const path = 'contracts/index.ts';
  const before = await readIfThere(join(root, path));
  const text = before ?? '';
  const lines = types.map((type) => `export * from './${type}.js';`).filter((line) => !text.includes(line));
  if (lines.length === 0) return undefined;
  const kept = text.replace(/^export \{\};\n/m, '');
  const gap = kept === '' || kept.endsWith('\n') ? '' : '\n';
  return { path, before, content: `${kept}${gap}${lines.join('\n')}\n` };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

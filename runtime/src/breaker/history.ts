import { appendFile, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { withLock } from '../discovery/lock.js';
import { stateKinds } from './breaker-families.js';
import type { BreakerState } from './types.js';

/** What happened to a breaker: it changed its state in one instance, or an operator said something. */
export type HistoryEntry =
  | {
      kind: 'transition';
      /** ISO 8601. */
      at: string;
      breaker: string;
      instance: string;
      from: BreakerState['kind'];
      to: BreakerState['kind'];
      /** The rule that opened it, or what the operator said. */
      reason?: string;
    }
  | {
      kind: 'command';
      /** ISO 8601. */
      at: string;
      /** One side may be `*`. */
      breaker: string;
      command: 'trip' | 'disable' | 'reset';
      author: string;
      reason?: string;
      /** When it ends by itself (ISO 8601). */
      until?: string;
    };

const common = { at: z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)))), breaker: z.string() };
const state = z.enum(stateKinds);
const reason = z.exactOptional(z.string());
const entry: z.ZodMiniType<HistoryEntry> = z.discriminatedUnion('kind', [
  z.object({
    ...common,
    kind: z.literal('transition'),
    instance: z.string(),
    from: state,
    to: state,
    reason,
  }),
  z.object({
    ...common,
    kind: z.literal('command'),
    command: z.enum(['trip', 'disable', 'reset']),
    author: z.string(),
    reason,
    until: z.exactOptional(z.string()),
  }),
]);

const mostBytes = 512 * 1024;

/** Where the history of a workspace's breakers stands: beside its discovery file. */
export function historyPath(discoveryFile: string): string {
  return join(dirname(discoveryFile), 'breaker-history.ndjson');
}

/**
 * Adds to the history, a line each. Several processes may do so at once: a line is one write at the file's end. A file that has
 * become large takes the place of the one before it, `<path>.1`, so that the two together stay bounded.
 */
export async function appendHistory(path: string, entries: readonly HistoryEntry[], limit = mostBytes): Promise<void> {
  if (entries.length === 0) return;
  await appendFile(path, entries.map((one) => `${JSON.stringify(one)}\n`).join(''), { mode: 0o600 });
  if ((await sizeOf(path)) < limit) return;
  await withLock(`${path}.lock`, { timeoutMs: 10_000 }, async () => {
    // Whoever had the lock before may have done it.
    if ((await sizeOf(path)) >= limit) await rename(path, `${path}.1`);
  });
}

/** Reads the history, the oldest entry first; says how many lines could not be understood. */
export async function readHistory(path: string): Promise<{ entries: HistoryEntry[]; unreadable: number }> {
  const texts = await Promise.all([textOf(`${path}.1`), textOf(path)]);
  const entries: HistoryEntry[] = [];
  let unreadable = 0;
  for (const line of texts.join('').split('\n')) {
    if (line.trim() === '') continue;
    const parsed = parseEntry(line);
    if (parsed === undefined) unreadable += 1;
    else entries.push(parsed);
  }
  entries.sort((left, right) => Date.parse(left.at) - Date.parse(right.at));
  return { entries, unreadable };
}

function parseEntry(line: string): HistoryEntry | undefined {
  try {
    return entry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { failure } from '../../errors.js';
import { type RecordedCall, readLogLine } from './recorded-call.js';

/** What was found in access logs. */
export interface RecordedCalls {
  /** To the callee that was asked for, by the time of their start. */
  calls: RecordedCall[];
  /** All callees that were called. */
  callees: string[];
  lines: number;
  /** Lines that could not be understood. */
  unreadable: number;
  /** Requests to the callee that the gateway refused itself, by its breaker for one: nobody knows what would have come of them. */
  refused: number;
}

/**
 * Reads the calls to one callee out of the gateway's access logs, line by line.
 *
 * @param isOptional - files that need not be there
 */
export async function readAccessLogs(
  paths: readonly string[],
  callee: string,
  { signal, isOptional = () => false }: { signal: AbortSignal; isOptional?: (path: string) => boolean },
): Promise<RecordedCalls> {
  const found: RecordedCalls = { calls: [], callees: [], lines: 0, unreadable: 0, refused: 0 };
  const callees = new Set<string>();
  for (const path of paths) {
    for await (const line of linesOf(path, signal, isOptional(path))) {
      if (line.trim() === '') continue;
      found.lines += 1;
      const read = readLogLine(line);
      if (read.kind === 'garbage') found.unreadable += 1;
      if (read.kind === 'no-call' && line.includes(`"upstream":${JSON.stringify(callee)}`)) found.refused += 1;
      if (read.kind !== 'call') continue;
      callees.add(read.call.callee);
      if (read.call.callee === callee) found.calls.push(read.call);
    }
  }
  found.callees = [...callees].sort();
  found.calls.sort((left, right) => left.startedAt - right.startedAt);
  return found;
}

async function* linesOf(path: string, signal: AbortSignal, isOptional: boolean): AsyncGenerator<string> {
  try {
    const input = createReadStream(path, { encoding: 'utf8', signal });
    // Reading begins before the first line is asked for: an error must not find nobody listening.
    input.on('error', () => {});
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
    if (input.errored) throw input.errored;
  } catch (cause) {
    signal.throwIfAborted();
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && isOptional) return;
    const hint = '--from takes an access log of the gateway; without it, the one under .mscli/logs is read.';
    if (code === 'ENOENT') throw failure('NOT_FOUND', `There is no access log at ${path}.`, { hint });
    throw failure('NOT_FOUND', `The access log ${path} cannot be read.`, { hint, cause });
  }
}

import { join } from 'node:path';
import { mergeSettings } from '@mscli/runtime/breaker';
import type { BreakerSettings } from '@mscli/runtime/discovery';
import { failure } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';
import { checkBreakerName, GATEWAY } from '../check-breaker-name.js';
import { type RecordedCalls, readAccessLogs } from './read-access-logs.js';
import { type Replay, replay } from './replay.js';

/** What recorded calls say about settings. */
export interface Tuning {
  name: string;
  /** The calls that were replayed. */
  calls: number;
  failures: number;
  /** ISO 8601. */
  from: string;
  to: string;
  /** Instances of the gateway in the log: each has counts of its own. */
  instances: string[];
  unreadable: number;
  refused: number;
  /** With the settings of mscli.yaml, or the defaults. */
  present: Replay;
  /** With those that were asked for. */
  tried: Replay;
}

export interface TuneOptions {
  name: string;
  settings: BreakerSettings;
  /** Access logs; without one, the workspace's own. */
  from: readonly string[];
  signal: AbortSignal;
}

/** Replays the gateway's recorded calls through other settings, beside the present ones. */
export async function tuneBreaker(
  { name, settings, from, signal }: TuneOptions,
  { config, stateFolder }: Pick<Workspace, 'config' | 'stateFolder'>,
): Promise<Tuning> {
  const { caller, callee } = checkBreakerName(name, Object.keys(config.services));
  if (caller !== GATEWAY || callee === '*') {
    const hint = `Name one service behind it, such as '${GATEWAY}->${Object.keys(config.services)[0] ?? 'order-service'}'.`;
    throw failure('USAGE', `"${name}" cannot be tuned: only the gateway keeps an access log.`, { hint });
  }
  const log = join(stateFolder, 'logs', `${GATEWAY}.log`);
  const own = [`${log}.1`, log];
  const paths = from.length > 0 ? from : own;
  const found = await readAccessLogs(paths, callee, { signal, isOptional: (path) => path === own[0] && paths === own });
  const [first] = found.calls;
  if (first === undefined) throw noCalls(name, paths.at(-1) ?? log, found);
  const current = config.services[callee]?.breaker ?? {};
  return {
    name,
    calls: found.calls.length,
    failures: found.calls.filter(({ outcome }) => outcome === 'failure').length,
    from: new Date(first.startedAt).toISOString(),
    to: new Date(found.calls.reduce((latest, { endedAt }) => Math.max(latest, endedAt), 0)).toISOString(),
    instances: [...new Set(found.calls.map(({ instance }) => instance))].sort(),
    unreadable: found.unreadable,
    refused: found.refused,
    present: replay(found.calls, current),
    tried: replay(found.calls, mergeSettings<BreakerSettings>(current, settings)),
  };
}

function noCalls(name: string, path: string, { lines, unreadable, callees }: RecordedCalls): Error {
  const faults = unreadable > 0 ? `, ${unreadable === lines ? 'none' : lines - unreadable} of which could be read` : '';
  const hint =
    callees.length > 0
      ? `It has calls to ${callees.join(', ')}.`
      : 'An access log of the gateway has a JSON object on each line, as `mscli logs gateway --json` finds them.';
  return failure('NOT_FOUND', `No call of ${name} is among the ${lines} lines of ${path}${faults}.`, { hint });
}

import { join } from 'node:path';
import { mergeSettings } from '@mscli/runtime/breaker';
import type { BreakerSettings } from '@mscli/runtime/discovery';
import { failure } from '../../errors.js';
import type { Workspace } from '../../workspace/index.js';
import { checkBreakerName, GATEWAY } from '../check-breaker-name.js';
import { fillInSampled } from './fill-in-sampled.js';
import { type RecordedCalls, readAccessLogs } from './read-access-logs.js';
import { type Replay, replay } from './replay.js';

/** Of a log with less than every hundredth call, hardly anything is known about what came in a row. */
const LEAST_SHARE = 0.01;

/** What recorded calls say about settings. */
export interface Tuning {
  name: string;
  /** The calls that were replayed. */
  calls: number;
  /** How many of them stand in the log. Where that is a sample, each of its calls is replayed as often as its share says. */
  logged: number;
  /** The smallest share of a sample in the log; 1 where every call is there. */
  share: number;
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
  const share = found.calls.reduce((least, { share }) => Math.min(least, share), 1);
  if (share < LEAST_SHARE) throw tooFew(share, paths.at(-1) ?? log);
  const calls = fillInSampled(found.calls);
  const current = config.services[callee]?.breaker ?? {};
  return {
    name,
    calls: calls.length,
    logged: found.calls.length,
    share,
    failures: calls.filter(({ outcome }) => outcome === 'failure').length,
    from: new Date(first.startedAt).toISOString(),
    to: new Date(found.calls.reduce((latest, { endedAt }) => Math.max(latest, endedAt), 0)).toISOString(),
    instances: [...new Set(found.calls.map(({ instance }) => instance))].sort(),
    unreadable: found.unreadable,
    refused: found.refused,
    present: replay(calls, current),
    tried: replay(calls, mergeSettings<BreakerSettings>(current, settings)),
  };
}

function tooFew(share: number, path: string): Error {
  return failure(
    'USAGE',
    `The access log ${path} has only a share of ${share} of the ordinary calls: too few to replay.`,
    {
      hint: `Record with a \`sample\` of at least ${LEAST_SHARE} under gateway.accessLog in mscli.yaml, and best without one.`,
    },
  );
}

function noCalls(name: string, path: string, { lines, unreadable, callees }: RecordedCalls): Error {
  const faults = unreadable > 0 ? `, ${unreadable === lines ? 'none' : lines - unreadable} of which could be read` : '';
  const hint =
    callees.length > 0
      ? `It has calls to ${callees.join(', ')}.`
      : 'An access log of the gateway has a JSON object on each line, as `mscli logs gateway --json` finds them.';
  return failure('NOT_FOUND', `No call of ${name} is among the ${lines} lines of ${path}${faults}.`, { hint });
}

import { appendHistory, type HistoryEntry, historyPath } from '@mscli/runtime/breaker';
import {
  type BreakerOverride,
  type BreakerReport,
  type Discovery,
  DiscoveryFile,
  disableBreaker,
  discoveryPath,
  overrideFor,
  resetBreaker,
  tripBreaker,
} from '@mscli/runtime/discovery';
import { awaitSnapshot } from './await-snapshot.js';
import { callersOf } from './callers.js';
import { type BreakerName, checkBreakerName } from './check-breaker-name.js';
import { covers } from './covers.js';

/** What an operator wants of a breaker. */
export type BreakerCommand =
  | { kind: 'trip' | 'disable'; author: string; forMs?: number | undefined; reason?: string | undefined }
  | { kind: 'reset'; author: string };

export interface CommandedBreaker {
  name: string;
  /** The override that was given, or, after a reset, the one that was ended. */
  override?: BreakerOverride;
  /** After a reset, the breakers whose overrides were ended: several where the name has a `*`. */
  ended?: string[];
  /** The override that the breaker obeys now; after a reset, one that was given for `*`. */
  inForce?: BreakerOverride;
  /** The running instances of the caller, and whether each has reported that it obeys. */
  instances: { id: string; obeyed: boolean; state?: BreakerReport['state'] }[];
}

export interface BreakerSurroundings {
  stateUrl: string;
  services: readonly string[];
  signal: AbortSignal;
  /** How long to wait for the instances' reports. Default 2 s. */
  waitMs?: number;
  now?: () => number;
}

/**
 * Writes what an operator wants of a breaker into the discovery file, where all instances, and those that start later,
 * obey it; then waits for their reports. Neither the broker nor the supervisor need to be running.
 */
export async function commandBreaker(
  name: string,
  command: BreakerCommand,
  { stateUrl, services, signal, waitMs = 2000, now = Date.now }: BreakerSurroundings,
): Promise<CommandedBreaker> {
  const sides = checkBreakerName(name, services);
  const path = discoveryPath(stateUrl);
  await using file = await DiscoveryFile.open(path, { signal });
  let override: BreakerOverride | undefined;
  let ended: string[] = [];
  await file.update((draft) => {
    ended = Object.keys(draft.overrides).filter((own) => covers(name, own));
    override = write(draft, name, command, now());
  });
  await appendHistory(historyPath(path), [historyEntry(name, command, override, now())]);
  const isReplaced = ({ overrides }: Readonly<Discovery>) =>
    command.kind !== 'reset' && overrides[name]?.id !== override?.id;
  const view = (snapshot: Readonly<Discovery>) => look(snapshot, name, sides, command, override);
  const allObey = (snapshot: Readonly<Discovery>) =>
    isReplaced(snapshot) || view(snapshot).every(({ obeyed }) => obeyed);
  const seen = await awaitSnapshot(file, allObey, { signal, timeoutMs: waitMs });
  const inForce = overrideFor(seen, name, now());
  return {
    name,
    ...(override === undefined ? {} : { override }),
    ...(command.kind === 'reset' ? { ended } : {}),
    ...(inForce === undefined ? {} : { inForce }),
    instances: view(seen),
  };
}

function write(draft: Discovery, name: string, command: BreakerCommand, now: number): BreakerOverride | undefined {
  switch (command.kind) {
    case 'trip':
      return tripBreaker(draft, name, { ...request(command), now });
    case 'disable':
      return disableBreaker(draft, name, { ...request(command), now });
    case 'reset':
      for (const own of Object.keys(draft.overrides))
        if (own !== name && covers(name, own)) resetBreaker(draft, own, now);
      return resetBreaker(draft, name, now);
    default:
      return command satisfies never;
  }
}

function historyEntry(
  breaker: string,
  { kind: command, author }: BreakerCommand,
  override: BreakerOverride | undefined,
  now: number,
): HistoryEntry {
  const given = command === 'reset' ? undefined : override;
  return {
    kind: 'command',
    at: given?.at ?? new Date(now).toISOString(),
    breaker,
    command,
    author,
    ...(given?.reason === undefined ? {} : { reason: given.reason }),
    ...(given?.until === undefined ? {} : { until: given.until }),
  };
}

function request({ author, forMs, reason }: Exclude<BreakerCommand, { kind: 'reset' }>) {
  return { author, ...(forMs === undefined ? {} : { forMs }), ...(reason === undefined ? {} : { reason }) };
}

/**
 * How each caller stands to the command, by its own reports. An instance that has never used the breaker is reset. Under a `*` only
 * those count that have used such a breaker: the others would never report one.
 */
function look(
  snapshot: Readonly<Discovery>,
  name: string,
  sides: BreakerName,
  { kind }: BreakerCommand,
  override: BreakerOverride | undefined,
): CommandedBreaker['instances'] {
  return callersOf(snapshot, sides).flatMap(({ id }) => {
    const reports = Object.entries(snapshot.breakers[id] ?? {}).filter(([own]) => covers(name, own));
    if (reports.length === 0 && name.includes('*')) return [];
    const obeyed = reports.some(([, report]) => report.override === override?.id);
    const released = reports.every(([, { state, override }]) => override === undefined && state === 'closed');
    const state = reports[0]?.[1].state;
    return { id, obeyed: kind === 'reset' ? released : obeyed, ...(state === undefined ? {} : { state }) };
  });
}

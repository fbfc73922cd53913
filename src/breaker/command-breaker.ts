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

/** What an operator wants of a breaker. */
export type BreakerCommand =
  | { kind: 'trip' | 'disable'; author: string; forMs?: number | undefined; reason?: string | undefined }
  | { kind: 'reset' };

export interface CommandedBreaker {
  name: string;
  /** The override that was given, or, after a reset, the one that was ended. */
  override?: BreakerOverride;
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
  await using file = await DiscoveryFile.open(discoveryPath(stateUrl), { signal });
  let override: BreakerOverride | undefined;
  await file.update((draft) => {
    override = write(draft, name, command, now());
  });
  const view = (snapshot: Readonly<Discovery>) => look(snapshot, name, sides, command, override);
  const allObey = (snapshot: Readonly<Discovery>) => view(snapshot).every(({ obeyed }) => obeyed);
  const seen = await awaitSnapshot(file, allObey, { signal, timeoutMs: waitMs });
  const inForce = overrideFor(seen, name, now());
  return {
    name,
    ...(override === undefined ? {} : { override }),
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
      return resetBreaker(draft, name, now);
    default:
      return command satisfies never;
  }
}

function request({ author, forMs, reason }: Extract<BreakerCommand, { author: string }>) {
  return { author, ...(forMs === undefined ? {} : { forMs }), ...(reason === undefined ? {} : { reason }) };
}

/** How each caller stands to the command, by its own reports. An instance that has never used the breaker is reset. */
function look(
  snapshot: Readonly<Discovery>,
  name: string,
  sides: BreakerName,
  { kind }: BreakerCommand,
  override: BreakerOverride | undefined,
): CommandedBreaker['instances'] {
  return callersOf(snapshot, sides).map(({ id, service }) => {
    const reports = Object.entries(snapshot.breakers[id] ?? {}).filter(([own]) => covers(name, own, service, sides));
    const obeyed = reports.some(([, report]) => report.override === override?.id);
    const released = reports.every(([, { state, override }]) => override === undefined && state === 'closed');
    const state = reports[0]?.[1].state;
    return { id, obeyed: kind === 'reset' ? released : obeyed, ...(state === undefined ? {} : { state }) };
  });
}

function covers(name: string, own: string, service: string, { caller, callee }: BreakerName): boolean {
  if (caller !== '*' && callee !== '*') return own === name;
  return callee === '*' ? own.startsWith(`${service}->`) : own === `${service}->${callee}`;
}

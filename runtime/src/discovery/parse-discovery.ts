import * as z from 'zod/mini';
import { emptyDiscovery } from './freeze.js';
import { breakerSettings } from './parse-breaker-settings.js';
import type {
  BreakerOverride,
  BreakerReport,
  Discovery,
  Instance,
  MaintenanceNotice,
  Reactions,
  Route,
} from './types.js';

/** What a text turned out to be. Records that make no sense are left out of a readable file, and named in `faults`. */
export type ParsedDiscovery =
  | { kind: 'readable'; discovery: Discovery; faults: string[] }
  | { kind: 'corrupt'; faults: string[] }
  | { kind: 'newer'; version: number };

const time = z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)), 'not a time'));
const origin = z.string().check(z.refine((text) => /^https?:$/.test(protocolOf(text)), 'not an http URL'));

const instance: z.ZodMiniType<Instance> = z.looseObject({
  id: z.string(),
  service: z.string(),
  url: origin,
  pid: z.exactOptional(z.int()),
  processStart: z.exactOptional(z.string()),
  status: z.enum(['starting', 'ready', 'unhealthy', 'stopping']),
  startedAt: z.string(),
  registeredBy: z.enum(['supervisor', 'self']),
  workerOf: z.exactOptional(z.string()),
});

const route: z.ZodMiniType<Route> = z.looseObject({
  path: z.string(),
  service: z.string(),
  stripPrefix: z._default(z.boolean(), false),
  // A route without its policies would be an open door, so whoever serves it judges them.
  policies: z.exactOptional(z.unknown()),
});

const notice: z.ZodMiniType<MaintenanceNotice> = z.looseObject({
  author: z.string(),
  at: z.string(),
  message: z.exactOptional(z.string()),
});

const override: z.ZodMiniType<BreakerOverride> = z.looseObject({
  id: z.string(),
  mode: z.enum(['open', 'disabled']),
  reason: z.exactOptional(z.string()),
  author: z.string(),
  at: z.string(),
  until: z.exactOptional(time),
});

const report: z.ZodMiniType<BreakerReport> = z.looseObject({
  state: z.enum(['closed', 'open', 'half-open', 'forced-open', 'disabled']),
  since: z.string(),
  failures: z.number(),
  override: z.exactOptional(z.string()),
  reason: z.exactOptional(z.string()),
  until: z.exactOptional(time),
});

const reactions: z.ZodMiniType<Reactions> = z.looseObject({
  subscriptions: z.array(z.string()),
  sagas: z.array(z.string()),
});

const reports = z.record(z.string(), report);

/** Reads a discovery file's text. Keys that this version does not know are kept. */
export function parseDiscovery(text: string): ParsedDiscovery {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    return { kind: 'corrupt', faults: [`It is not JSON: ${(error as Error).message}.`] };
  }
  if (!isRecord(found)) return { kind: 'corrupt', faults: ['It does not hold a JSON object.'] };
  const { version = 1, revision = 0 } = found;
  if (!isCount(version)) return { kind: 'corrupt', faults: [`Its version is ${JSON.stringify(version)}.`] };
  if (version > 1) return { kind: 'newer', version };
  if (!isCount(revision)) return { kind: 'corrupt', faults: [`Its revision is ${JSON.stringify(revision)}.`] };
  return readable(found, revision);
}

function readable(found: Record<string, unknown>, revision: number): ParsedDiscovery {
  const faults: string[] = [];
  const discovery: Discovery = {
    ...emptyDiscovery(),
    ...found,
    version: 1,
    revision,
    instances: goodMembers('instances', found.instances, instance, faults),
    routes: Object.values(goodMembers('routes', found.routes, route, faults)),
    overrides: goodMembers('overrides', found.overrides, override, faults),
    resets: goodMembers('resets', found.resets, time, faults),
    breakers: goodMembers('breakers', found.breakers, reports, faults),
    breakerSettings: goodMembers('breakerSettings', found.breakerSettings, breakerSettings, faults),
    reactions: goodMembers('reactions', found.reactions, reactions, faults),
  };
  if (found.maintenance !== undefined) {
    discovery.maintenance = goodMembers('maintenance', found.maintenance, notice, faults);
  }
  return { kind: 'readable', discovery, faults };
}

function goodMembers<T>(name: string, found: unknown, schema: z.ZodMiniType<T>, faults: string[]): Record<string, T> {
  if (found === undefined) return {};
  if (typeof found !== 'object' || found === null) {
    faults.push(`'${name}' holds ${JSON.stringify(found)} and is left out.`);
    return {};
  }
  const good: Record<string, T> = {};
  for (const [key, member] of Object.entries(found)) {
    const parsed = schema.safeParse(member);
    if (parsed.success) good[key] = parsed.data;
    else faults.push(`${name}['${key}'] is left out: ${problems(parsed.error)}.`);
  }
  return good;
}

function problems(error: z.core.$ZodError): string {
  return error.issues.map(({ path, message }) => [...path.map(String), message].join(': ')).join('; ');
}

function protocolOf(text: string): string {
  return URL.canParse(text) ? new URL(text).protocol : '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

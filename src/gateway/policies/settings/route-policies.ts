import * as z from 'zod';
import { cors, jwt, rateLimit } from './access.js';
import { cache, compression } from './answers.js';
import { headers, maintenance } from './message.js';
import { balance, canary, concurrency, mirror, outliers, retries, timeouts } from './traffic.js';
import { size } from './values.js';

const rewriteForm = 'must be a path such as /v1, without query, spaces or dot segments';

/** The keys of a route's policies: the one source of their validation in mscli.yaml and in the discovery file. */
export const policyKeys = {
  cors: cors.optional().describe('Which pages of other origins may call; preflights are answered by the gateway.'),
  maintenance: maintenance.optional().describe('Answer 503 in place of the service.'),
  maxBody: size.optional().describe('The largest body of a request, such as 1mb; a larger one is answered with 413.'),
  rateLimit: rateLimit.optional().describe('How many requests each client may make; 429 beyond.'),
  jwt: jwt.optional().describe('Who may call: bearers of a valid JSON Web Token; 401 for others.'),
  concurrency: concurrency.optional().describe('How many requests may be running at once; 503 beyond.'),
  canary: canary.optional().describe('Send a part of the requests to another service.'),
  headers: headers.optional().describe('Header fields that are set or removed.'),
  rewritePrefix: z
    .string({ error: rewriteForm })
    .regex(/^(?:\/|(?:\/[\w.~!$&'()*+,;=:@-]+)+\/?)$/, { error: rewriteForm })
    .refine((path) => !path.split('/').some((segment) => /^\.\.?(?:;|$)/.test(segment)), { error: rewriteForm })
    .optional()
    .describe('What stands in place of the prefix for the service.'),
  mirror: mirror.optional().describe('Send a copy of requests to another service, and drop its answers.'),
  balance: balance
    .optional()
    .describe(
      'Which instance is next: round-robin (default), least-outstanding, two-choices, or the same one for the same ip, header:<name> or cookie:<name>.',
    ),
  outliers: outliers.optional().describe('Skip an instance for a while that keeps failing.'),
  timeouts: timeouts.optional().describe('How long the gateway waits.'),
  retries: retries.optional().describe('Repeat requests that may be repeated, within a budget.'),
  cache: cache.optional().describe('Store answers and give them to other clients, as far as they allow that.'),
  compression: compression.optional().describe('Compress answers for clients that take it.'),
};

const policiesShape = z.strictObject(policyKeys);

/** A route's policies, with their defaults filled in. */
export type RoutePolicies = z.output<typeof policiesShape>;

/** What fits each key but not the others; for a route in mscli.yaml as well as for its policies alone. */
export function policyConflicts(
  route: RoutePolicies & { stripPrefix?: boolean | undefined; service?: string | undefined },
) {
  const conflicts: { path: (string | number)[]; message: string }[] = [];
  const { rateLimit: limit, jwt: tokens, canary: other, headers: edits, mirror: shadow } = route;
  if (limit?.by.startsWith('claim:') && tokens === undefined) {
    conflicts.push({
      path: ['rateLimit', 'by'],
      message: 'needs jwt on the same route: without it there are no claims',
    });
  }
  if (route.rewritePrefix !== undefined && route.stripPrefix === true) {
    conflicts.push({
      path: ['rewritePrefix'],
      message: 'cannot stand beside stripPrefix: it replaces the prefix already',
    });
  }
  if (other !== undefined && other.service === route.service) {
    conflicts.push({ path: ['canary', 'service'], message: "is the route's own service; name another" });
  }
  if (shadow !== undefined && shadow.service === route.service) {
    conflicts.push({ path: ['mirror', 'service'], message: "is the route's own service; name another" });
  }
  for (const side of ['request', 'answer'] as const) {
    const set = Object.keys(edits?.[side]?.set ?? {}).map((name) => name.toLowerCase());
    for (const [index, name] of (edits?.[side]?.remove ?? []).entries()) {
      if (!set.includes(name.toLowerCase())) continue;
      conflicts.push({ path: ['headers', side, 'remove', index], message: `"${name}" is set as well` });
    }
  }
  const written = [...Object.keys(edits?.answer?.set ?? {}), ...(edits?.answer?.remove ?? [])];
  if (route.cors !== undefined && written.some((name) => /^access-control-/i.test(name))) {
    conflicts.push({ path: ['headers', 'answer'], message: 'must leave the fields of CORS to cors' });
  }
  return conflicts;
}

/** Adds the conflicts to what zod has found. */
export function checkConflicts(ctx: z.core.ParsePayload<Parameters<typeof policyConflicts>[0]>): void {
  for (const { path, message } of policyConflicts(ctx.value)) {
    ctx.issues.push({ code: 'custom', path, message, input: ctx.value });
  }
}

export const routePolicies = policiesShape.check(checkConflicts);

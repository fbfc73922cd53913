import type { Route } from '@mscli/runtime/discovery';
import type * as z from 'zod';
import { type RoutePolicies, routePolicies } from './settings/route-policies.js';

/** Compiling a schema into code pays only when much is parsed with it. */
const once = { jitless: true };

/** A route's policies as the discovery file has them; undefined, with sentences, where they make no sense. */
export function readPolicies({ path, policies }: Route): { policies: RoutePolicies | undefined; faults: string[] } {
  if (policies === undefined) return { policies: {}, faults: [] };
  const result = routePolicies.safeParse(policies, once);
  if (result.success) return { policies: result.data, faults: [] };
  const faults = result.error.issues.map((issue) => `The route ${path} is closed: ${sentence(issue)}.`);
  return { policies: undefined, faults };
}

function sentence(issue: z.core.$ZodIssue): string {
  const place = issue.path.map(String).join('.') || 'policies';
  return issue.code === 'unrecognized_keys'
    ? `its ${place} hold the unknown key ${issue.keys.join(', ')}`
    : `its ${place} ${issue.message}`;
}

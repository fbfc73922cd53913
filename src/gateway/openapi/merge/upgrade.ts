import type { Json, JsonMap } from './json.js';
import { rewrite } from './rewrite.js';

/** An OpenAPI 3.0 document, or a part of one, as 3.1 says the same. */
export function upgrade(document: JsonMap): JsonMap {
  return rewrite(document, upgradeObject) as JsonMap;
}

function upgradeObject(object: JsonMap): Json {
  // In 3.0 whatever stands beside a reference is passed over; in 3.1 it would count.
  if (typeof object.$ref === 'string') return { $ref: object.$ref };
  return withNull(withBounds(object));
}

/** `minimum: 0, exclusiveMinimum: true` is `exclusiveMinimum: 0` since JSON Schema draft 6. */
function withBounds(object: JsonMap): JsonMap {
  const changed = { ...object };
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof changed[exclusive] !== 'boolean') continue;
    const isExclusive = changed[exclusive];
    delete changed[exclusive];
    if (!isExclusive || typeof changed[bound] !== 'number') continue;
    changed[exclusive] = changed[bound];
    delete changed[bound];
  }
  return changed;
}

function withNull(object: JsonMap): JsonMap {
  const { nullable, ...rest } = object;
  if (typeof nullable !== 'boolean') return object;
  // Without a type of its own, `nullable` changes nothing (OpenAPI 3.0.3, proposal 2019-10-31).
  if (!nullable || typeof rest.type !== 'string') return rest;
  const values = Array.isArray(rest.enum) && !rest.enum.includes(null) ? { enum: [...rest.enum, null] } : {};
  return { ...rest, type: [rest.type, 'null'], ...values };
}

import { isMap, type Json, type JsonMap } from './json.js';

/** Maps from names to objects: their keys mean nothing. */
const maps: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
  'schemas',
  'responses',
  'examples',
  'parameters',
  'requestBodies',
  'headers',
  'securitySchemes',
  'links',
  'callbacks',
  'pathItems',
  'paths',
  'content',
  'encoding',
]);

/** Data of the API's own, in which nothing is a reference. */
const data = new Set(['example', 'default', 'const', 'enum', 'value', 'mapping', 'scopes', 'security', 'required']);

/**
 * Copies a part of an OpenAPI document with each of its objects changed, the inner ones first. Examples and the like stay as
 * they are, whatever they look like.
 */
export function rewrite(value: Json, change: (object: JsonMap) => Json): Json {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change));
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, Json] => {
    if (data.has(key) || key.startsWith('x-') || (key === 'examples' && Array.isArray(inner))) return [key, inner];
    return [key, maps.has(key) && isMap(inner) ? rewriteMap(inner, change) : rewrite(inner, change)];
  });
  return change(Object.fromEntries(entries));
}

function rewriteMap(map: JsonMap, change: (object: JsonMap) => Json): JsonMap {
  return Object.fromEntries(Object.entries(map).map(([name, inner]) => [name, rewrite(inner, change)]));
}

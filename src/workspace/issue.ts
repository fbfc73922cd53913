import type * as z from 'zod';
import { suggestion } from './nearest.js';

/** A finding in the parsed data, before it has a place in the text. */
export interface Finding {
  path: PropertyKey[];
  /** The key itself is meant, not its value. */
  key?: string;
  message: string;
}

/** One zod issue as findings in our words: one for each unknown key, with the key that was probably meant. */
export function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType, raw: unknown): Finding[] {
  const path = [...issue.path];
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(shapeAt(schema, path));
    return issue.keys.map((key) => ({ path, key, message: unknownKey(key, known, path) }));
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.pop());
    return [{ path, key, message: issue.issues[0]?.message ?? issue.message }];
  }
  const value = valueAt(raw, path);
  if (value === undefined && path.length > 0) return [{ path, message: `is missing: it ${issue.message}` }];
  if ((value === null || typeof value !== 'object') && /^must (?!not )/.test(issue.message)) {
    const meant = typeof value === 'string' ? suggestion(value, choices(schema, path)) : '';
    return [{ path, message: `${issue.message}, not ${show(value)}${meant}` }];
  }
  return [{ path, message: issue.message }];
}

/** `rateLimit { requests: 5 }` is YAML: a key `rateLimit { requests`. */
function unknownKey(key: string, known: readonly string[], path: readonly PropertyKey[]): string {
  const word = /^([\w-]+)\s*[{[]/.exec(key)?.[1];
  if (word !== undefined && known.includes(word)) return `has no colon after "${word}"`;
  return `is not a key of ${placeOf(path)}${suggestion(key, known)}`;
}

/** A value as a person wrote it. */
export function show(value: unknown): string {
  if (value === null || value === undefined) return 'empty';
  return JSON.stringify(value);
}

function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  if (path.at(-1) === 'breaker') return 'a breaker';
  if (path[0] === 'services') return 'a service';
  if (!path.includes('routes')) return path.join('.');
  return path.length > 3 ? path.slice(3).join('.') : 'a route';
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}

function shapeAt(schema: z.ZodType, path: readonly PropertyKey[]): Record<string, unknown> {
  return definition(schemaAt(schema, path)).shape ?? {};
}

function choices(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const { options, entries } = definition(schemaAt(schema, path));
  const enums = [entries, ...(options ?? []).map((option) => definition(option).entries)];
  return enums.flatMap((values) => Object.values(values ?? {}).map(String));
}

function schemaAt(schema: z.ZodType | undefined, path: readonly PropertyKey[]): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((inner, key) => {
    const { shape, valueType, element } = definition(inner);
    return shape?.[String(key)] ?? valueType ?? element;
  }, schema);
}

interface Definition {
  shape?: Record<string, z.ZodType>;
  valueType?: z.ZodType;
  element?: z.ZodType;
  options?: z.ZodType[];
  entries?: Record<string, string>;
  innerType?: z.ZodType;
}

function definition(schema: z.ZodType | undefined): Definition {
  const found = (schema?._zod.def ?? {}) as Definition;
  if (found.innerType !== undefined) return definition(found.innerType);
  // Of a union of objects, every key is one that might have been meant.
  const shapes = (found.options ?? []).map((option) => definition(option).shape ?? {});
  const shape: Record<string, z.ZodType> = Object.assign({}, ...shapes);
  return found.shape === undefined && Object.keys(shape).length > 0 ? { ...found, shape } : found;
}

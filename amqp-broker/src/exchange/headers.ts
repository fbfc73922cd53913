import { isDeepStrictEqual } from 'node:util';
import { type Field, type FieldTable, integerOf } from '../codec/field.js';
import { headersOf } from '../message-headers.js';
import type { Binding, Destination } from './binding.js';
import type { Matcher } from './matcher.js';

/** What a binding asks for. */
interface Pattern {
  readonly destination: Destination;
  /** Whether one header is enough. */
  readonly any: boolean;
  readonly wanted: readonly (readonly [name: string, value: Field])[];
  /** Where the index has it. */
  readonly keys: readonly string[];
}

/**
 * Headers: the binding's arguments against the message's headers, by `x-match`: all (default), any, all-with-x, any-with-x.
 * Bindings are found by the headers that they name, so that those which cannot match cost nothing.
 */
export function headersMatcher(): Matcher {
  const patterns = new Map<Binding, Pattern>();
  const index = new Map<string, Set<Pattern>>();
  return {
    add(binding) {
      const pattern = readPattern(binding, (key) => index.get(key)?.size ?? 0);
      patterns.set(binding, pattern);
      for (const key of pattern.keys) index.set(key, (index.get(key) ?? new Set()).add(pattern));
    },
    remove(binding) {
      const pattern = patterns.get(binding);
      if (pattern === undefined) return;
      patterns.delete(binding);
      for (const key of pattern.keys) {
        index.get(key)?.delete(pattern);
        if (index.get(key)?.size === 0) index.delete(key);
      }
    },
    match(_routingKey, message) {
      const headers = headersOf(message);
      const found: Destination[] = [];
      const look = (key: string) => {
        for (const pattern of index.get(key) ?? []) if (matches(pattern, headers)) found.push(pattern.destination);
      };
      look(ALWAYS);
      for (const [name, field] of headers) {
        look(presenceKey(name));
        look(valueKey(name, field));
      }
      return found;
    },
  };
}

export const MATCH_MODES = ['all', 'any', 'all-with-x', 'any-with-x'];

/** Of bindings that want nothing, and match everything. */
const ALWAYS = '';

/** A binding that wants all of several headers is looked for at the one that the fewest others want (`sizeOf`). */
function readPattern(binding: Binding, sizeOf: (key: string) => number): Pattern {
  const mode = binding.arguments.get('x-match')?.value ?? 'all';
  const withX = mode === 'all-with-x' || mode === 'any-with-x';
  const any = mode === 'any' || mode === 'any-with-x';
  const wanted = [...binding.arguments].filter(([name]) => name !== 'x-match' && (withX || !name.startsWith('x-')));
  const keys = wanted.map(([name, field]) => (field.type === 'void' ? presenceKey(name) : valueKey(name, field)));
  const rarest = keys.reduce((best, key) => (sizeOf(key) < sizeOf(best) ? key : best), keys[0] ?? ALWAYS);
  return { destination: binding.destination, any, wanted, keys: any ? keys : [rarest] };
}

function matches({ any, wanted }: Pattern, headers: FieldTable): boolean {
  for (const [name, field] of wanted) if (fieldMatches(field, headers.get(name)) === any) return any;
  return !any;
}

function fieldMatches(wanted: Field, actual: Field | undefined): boolean {
  if (actual === undefined) return false;
  if (wanted.type === 'void') return true;
  const number = integerOf(wanted);
  if (number !== undefined) return integerOf(actual) === number;
  return isDeepStrictEqual(wanted, actual);
}

function presenceKey(name: string): string {
  return `${name.length} ${name}`;
}

/** The same for all values that match one another. */
function valueKey(name: string, field: Field): string {
  const value = integerOf(field) ?? (typeof field.value === 'string' ? field.value : field.type);
  return `${presenceKey(name)} ${value}`;
}

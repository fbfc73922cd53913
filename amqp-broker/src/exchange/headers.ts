import { isDeepStrictEqual } from 'node:util';
import { type Field, type FieldTable, integerOf } from '../codec/field.js';
import { headersOf } from '../message-headers.js';
import type { Binding, Destination } from './binding.js';
import type { Matcher } from './matcher.js';

/** Headers: the binding's arguments against the message's headers, by `x-match`: all (default), any, all-with-x, any-with-x. */
export function headersMatcher(): Matcher {
  const bindings = new Set<Binding>();
  return {
    add: (binding) => void bindings.add(binding),
    remove: (binding) => void bindings.delete(binding),
    match(_routingKey, message) {
      const headers = headersOf(message);
      const found: Destination[] = [];
      for (const binding of bindings) {
        if (matches(binding.arguments, headers)) found.push(binding.destination);
      }
      return found;
    },
  };
}

export const MATCH_MODES = ['all', 'any', 'all-with-x', 'any-with-x'];

function matches(pattern: FieldTable, headers: FieldTable): boolean {
  const mode = pattern.get('x-match')?.value ?? 'all';
  const withX = mode === 'all-with-x' || mode === 'any-with-x';
  const any = mode === 'any' || mode === 'any-with-x';
  for (const [name, wanted] of pattern) {
    if (name === 'x-match' || (!withX && name.startsWith('x-'))) continue;
    const hit = fieldMatches(wanted, headers.get(name));
    if (hit === any) return any;
  }
  return !any;
}

function fieldMatches(wanted: Field, actual: Field | undefined): boolean {
  if (actual === undefined) return false;
  if (wanted.type === 'void') return true;
  const number = integerOf(wanted);
  if (number !== undefined) return integerOf(actual) === number;
  return isDeepStrictEqual(wanted, actual);
}

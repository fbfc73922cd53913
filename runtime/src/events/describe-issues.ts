import type { z } from 'zod';

type Issue = Pick<z.core.$ZodIssue, 'path' | 'message'>;

/** The longest part of a value that is shown. */
const longest = 60;

/**
 * Zod's issues as one line, each with its path and, where the data is given, with the value:
 * `total is "5": expected number, received string; items.0.sku is missing`.
 *
 * @param data what was checked
 */
export function describeIssues(error: { readonly issues: readonly Issue[] }, data?: unknown): string {
  return error.issues.map((issue) => describeIssue(issue, data)).join('; ');
}

function describeIssue({ path, message }: Issue, data: unknown): string {
  if (data === undefined) return `${path.join('.') || '(data)'}: ${message}`;
  const name = path.join('.') || 'the data';
  const value = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | null)?.[key], data);
  if (value === undefined) return `${name} is missing`;
  return `${name} is ${shown(value)}: ${message.replace(/^Invalid input: /, '')}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

import * as z from 'zod';
import { milliseconds } from './units.js';

const MAX_DURATION_MS = 24 * 3_600_000;

/** A duration as mscli.yaml writes it; `milliseconds` reads it. */
export const duration = z
  .string({ error: 'must be a duration such as 500ms, 30s or 5m' })
  .regex(/^\d{1,9}(?:ms|s|m|h)$/, { error: 'must be a duration such as 500ms, 30s or 5m' })
  .refine((text) => !(milliseconds(text) <= 0 || milliseconds(text) > MAX_DURATION_MS), {
    error: 'must be longer than nothing and at most 24h',
  });

/** A size as mscli.yaml writes it; `bytes` reads it. */
export const size = z
  .string({ error: 'must be a size such as 100b, 512kb or 10mb' })
  .regex(/^\d{1,12}(?:[bB]|[kKmMgG][bB])$/, { error: 'must be a size such as 100b, 512kb or 10mb' });

/** The name of a header field (RFC 9110 §5.1). */
export const fieldName = z
  .string({ error: 'must be the name of a header field' })
  .regex(/^[\w!#$%&'*+.^`|~-]{1,128}$/, { error: 'must be the name of a header field' });

/** The value of a header field, in visible ASCII, so that every reader sees the same. */
export const fieldValue = z
  .string({ error: 'must be the value of a header field' })
  .regex(/^(?:[!-~](?:[ -~]{0,4094}[!-~])?)?$/, {
    error: 'must be the value of a header field: ASCII, at most 4096 characters, no spaces at its ends',
  });

export function count(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export const flag = z.boolean({ error: 'must be true or false' });

const token = "[\\w!#$%&'*+.^`|~-]{1,128}";

/** What requests are told apart by: `ip`, `header:<name>`, `cookie:<name>` or `claim:<name>`. */
export function keyedBy(...kinds: readonly ('ip' | 'header' | 'cookie' | 'claim')[]) {
  const forms = kinds.map((kind) => (kind === 'ip' ? 'ip' : `${kind}:${token}`));
  const error = `must be ${list(kinds.map((kind) => (kind === 'ip' ? 'ip' : `${kind}:<name>`)))}`;
  return z.string({ error }).regex(new RegExp(`^(?:${forms.join('|')})$`), { error });
}

export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** An error for a map, which leaves unknown keys to those who can name the key that was meant. */
export function mapError(message: string) {
  return (issue: { code?: string }) => (issue.code === 'unrecognized_keys' ? undefined : message);
}

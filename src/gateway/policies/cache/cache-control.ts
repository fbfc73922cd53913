import { type RawHeaders, valuesOf } from '../../headers/raw-headers.js';

/** The directives of Cache-Control (RFC 9111 §5.2) by lower-case name; the value is empty where there is none. */
export type Directives = ReadonlyMap<string, string>;

/** Of directives that are given twice, the one that allows less counts. */
export function directivesOf(headers: RawHeaders): Directives {
  const directives = new Map<string, string>();
  for (const line of valuesOf(headers, 'cache-control')) {
    for (const [, name = '', quoted, plain] of line.matchAll(directive)) {
      const lower = name.toLowerCase();
      const value = quoted ?? plain ?? '';
      const earlier = directives.get(lower);
      directives.set(lower, earlier === undefined || seconds(value) < seconds(earlier) ? value : earlier);
    }
  }
  return directives;
}

const directive = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s,]*)))?/g;

/** The seconds of a directive; undefined where it is missing, 0 where it makes no sense (RFC 9111 §4.2.1). */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  return value === undefined ? undefined : seconds(value);
}

/** Of a field or a directive; 0 where it makes no sense. */
export function seconds(value: string): number {
  return /^\d+$/.test(value) ? Math.min(Number(value), MOST_SECONDS) : 0;
}

/** RFC 9111 §1.2.2: what is larger means this. */
const MOST_SECONDS = 2 ** 31;

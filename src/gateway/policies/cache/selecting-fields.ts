import type { Exchange } from '../../exchange.js';
import { isForgeable } from '../../headers/forgeable.js';
import { hopByHopNames } from '../../headers/hop-by-hop.js';
import { listMembers, type RawHeaders, valuesOf } from '../../headers/raw-headers.js';

/** The request's fields that an answer was chosen by: lower-case name and value, as the service saw them. */
export type SelectingFields = readonly (readonly [name: string, value: string])[];

const MOST_NAMES = 16;

/**
 * What an answer varies by (RFC 9110 §12.5.5), with the values that the service saw; undefined where it suits no other request: `*`, or a field
 * that the gateway makes anew for each request.
 */
export function selectingFields(answer: RawHeaders, exchange: Exchange): SelectingFields | undefined {
  const names = [...new Set(listMembers(answer, 'vary'))];
  if (names.length > MOST_NAMES || names.some((name) => name === '*' || madeAnew.has(name))) return undefined;
  return names.map((name) => [name, seenValue(name, exchange)] as const);
}

/** Whether a request would have been sent with the same values. */
export function selects(fields: SelectingFields, exchange: Exchange): boolean {
  return fields.every(([name, value]) => seenValue(name, exchange) === value);
}

/** What the service sees of a field: the gateway's own words stand for the client's, and what is the same for a whole key counts for nothing. */
function seenValue(name: string, { headers, requestEdits }: Exchange): string {
  const added = requestEdits === undefined ? [] : valuesOf(requestEdits.add, name);
  const isClients = !isForgeable(name) && requestEdits?.drop.has(name) !== true && !hopByHopNames(headers).has(name);
  const values = [...(isClients ? valuesInAnySpelling(headers, name) : []), ...added];
  // A field that is missing is another than an empty one.
  return values.length === 0 ? '' : `:${values.map((value) => value.trim()).join(', ')}`;
}

/** CGI and WSGI read underscores as dashes. */
function valuesInAnySpelling(headers: RawHeaders, name: string): string[] {
  const spelt = name.replaceAll('_', '-');
  return headers.filter((_, i) => {
    const field = i % 2 === 1 ? (headers[i - 1] as string) : '';
    return field.length === name.length && field.toLowerCase().replaceAll('_', '-') === spelt;
  });
}

const madeAnew: ReadonlySet<string> = new Set([
  'forwarded',
  'x-forwarded-for',
  'x-request-id',
  'traceparent',
  'tracestate',
  'via',
]);

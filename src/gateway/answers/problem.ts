import type { FieldEdits } from '../headers/field-edits.js';
import { keepFields } from '../headers/raw-headers.js';

/** Why the gateway answers by itself, as RFC 9457 problem details. Says nothing about inner addresses. */
export interface Problem {
  /** The last part of the type URI. */
  kind: ProblemKind;
  status: ProblemStatus;
  title: string;
  /** One sentence for whoever sent the request. */
  detail: string;
  retryAfterSeconds?: number;
  /** Set where the rest of the connection can no longer be trusted. */
  closes?: boolean;
  /** Header fields of this answer: name, value, name, value. */
  fields?: readonly string[];
  /** For the log alone: it may name inner addresses. */
  cause?: Error | undefined;
}

/** The answer to a CORS preflight, which has no body. */
export interface Preflight {
  kind: 'preflight';
  status: 204;
  fields: readonly string[];
}

/** What the gateway answers in its own name. */
export type OwnAnswer = Problem | Preflight;

const kinds = {
  'bad-request': [400, 'Bad request'],
  unauthorized: [401, 'No valid token'],
  'origin-refused': [403, 'The origin is not allowed'],
  'no-route': [404, 'No route'],
  'method-not-allowed': [405, 'Method not allowed'],
  'request-timeout': [408, 'The request took too long to arrive'],
  'body-too-large': [413, 'The body is too large'],
  'target-too-long': [414, 'Request target too long'],
  'expectation-failed': [417, 'Unknown expectation'],
  'rate-limited': [429, 'Too many requests'],
  'headers-too-large': [431, 'Header fields too large'],
  'not-implemented': [501, 'Not implemented'],
  'upstream-failed': [502, 'The service failed'],
  'no-instance': [503, 'No instance is ready'],
  'breaker-open': [503, 'The breaker is open'],
  overloaded: [503, 'Too many requests are running'],
  maintenance: [503, 'Under maintenance'],
  'keys-unavailable': [503, 'Tokens cannot be checked'],
  'limit-unknown': [503, 'A limit cannot be checked'],
  'route-faulty': [503, 'The route is not configured correctly'],
  'not-stored': [504, 'Nothing is stored'],
  'upstream-timeout': [504, 'The service took too long'],
} as const;

export type ProblemKind = keyof typeof kinds;
export type ProblemStatus = (typeof kinds)[ProblemKind][0];

export function isProblemKind(reason: string): reason is ProblemKind {
  return Object.hasOwn(kinds, reason);
}

export function problem(
  kind: ProblemKind,
  detail: string,
  options: Pick<Problem, 'retryAfterSeconds' | 'closes' | 'fields' | 'cause'> = {},
): Problem {
  const [status, title] = kinds[kind];
  return { kind, status, title, detail, ...options };
}

/** The body of an answer of the gateway's own: `application/problem+json`, RFC 9457 §3; a preflight's is empty. */
export function problemBody(answer: OwnAnswer, requestId: string): string {
  if (answer.kind === 'preflight') return '';
  const { kind, status, title, detail } = answer;
  const type = `urn:mscli:problem:${kind}`;
  return `${JSON.stringify({ type, title, status, detail, instance: `urn:uuid:${requestId}` })}\n`;
}

/** The header fields of an answer of the gateway's own with a body of so many bytes. */
export function problemHeaders(
  answer: OwnAnswer,
  requestId: string,
  length: number,
  edits: FieldEdits | undefined = undefined,
): string[] {
  if (answer.kind === 'preflight') return [...answer.fields, 'X-Request-Id', requestId];
  const { retryAfterSeconds, fields = [] } = answer;
  const own = [
    ...['Content-Type', 'application/problem+json'],
    ...['Content-Length', String(length)],
    ...['Cache-Control', 'no-store'],
    ...['X-Request-Id', requestId],
    ...(retryAfterSeconds === undefined ? [] : ['Retry-After', String(retryAfterSeconds)]),
    ...fields,
  ];
  return [...own, ...besides(own, edits)];
}

/** A route may add to the gateway's own answers, never say otherwise about them. */
function besides(own: readonly string[], edits: FieldEdits | undefined): string[] {
  if (edits === undefined) return [];
  const names = new Set(own.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase()));
  return keepFields(edits.add, (name) => !names.has(name));
}

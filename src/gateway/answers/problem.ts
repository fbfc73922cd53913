/** Why the gateway answers by itself, as RFC 9457 problem details. Says nothing about inner addresses. */
export interface Problem {
  /** The last part of the type URI. */
  kind: ProblemKind;
  status: number;
  title: string;
  /** One sentence for whoever sent the request. */
  detail: string;
  retryAfterSeconds?: number;
  /** Set where the rest of the connection can no longer be trusted. */
  closes?: boolean;
}

const kinds = {
  'bad-request': [400, 'Bad request'],
  'no-route': [404, 'No route'],
  'request-timeout': [408, 'The request took too long to arrive'],
  'target-too-long': [414, 'Request target too long'],
  'expectation-failed': [417, 'Unknown expectation'],
  'headers-too-large': [431, 'Header fields too large'],
  'not-implemented': [501, 'Not implemented'],
  'upstream-failed': [502, 'The service failed'],
  'no-instance': [503, 'No instance is ready'],
  'breaker-open': [503, 'The breaker is open'],
  'upstream-timeout': [504, 'The service took too long'],
} as const;

export type ProblemKind = keyof typeof kinds;

export function problem(
  kind: ProblemKind,
  detail: string,
  options: { retryAfterSeconds?: number; closes?: boolean } = {},
): Problem {
  const [status, title] = kinds[kind];
  return { kind, status, title, detail, ...options };
}

/** The body of a problem answer: `application/problem+json`, RFC 9457 §3. */
export function problemBody({ kind, status, title, detail }: Problem, requestId: string): string {
  const type = `urn:mscli:problem:${kind}`;
  return `${JSON.stringify({ type, title, status, detail, instance: `urn:uuid:${requestId}` })}\n`;
}

/** The header fields of a problem answer with a body of so many bytes. */
export function problemHeaders({ retryAfterSeconds }: Problem, requestId: string, length: number): string[] {
  return [
    ...['Content-Type', 'application/problem+json'],
    ...['Content-Length', String(length)],
    ...['Cache-Control', 'no-store'],
    ...['X-Request-Id', requestId],
    ...(retryAfterSeconds === undefined ? [] : ['Retry-After', String(retryAfterSeconds)]),
  ];
}

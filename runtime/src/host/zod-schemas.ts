import type { FastifyServerOptions } from 'fastify';
import { z } from 'zod';
import { MscliError } from '../errors.js';
import { describeIssues } from '../events/describe-issues.js';

/**
 * Makes fastify take the schemas of its routes for zod's. Given to its constructor, because it would else load its own JSON
 * Schema compilers: a tenth of the start of a service.
 */
export function zodSchemas(): NonNullable<FastifyServerOptions['schemaController']> {
  const compilers = { buildValidator: () => validator, buildSerializer: () => serializer };
  // Fastify types them as those of its own compilers, but only calls them with what these here take.
  return { compilersFactory: compilers as object };
}

/** Parses a part of a request by the route's schema; what does not fit is the client's fault. */
function validator({ schema }: { schema: unknown }) {
  return (data: unknown) => {
    const parsed = (schema as z.ZodType).safeParse(data);
    return parsed.success ? { value: parsed.data } : { error: parsed.error };
  };
}

/**
 * Writes an answer by the route's schema for its status.
 *
 * @throws {MscliError} `INVALID_ANSWER`: a route that breaks its own schema is not the client's fault
 */
function serializer({ schema, method, url }: { schema: unknown; method: string; url: string }) {
  return (data: unknown) => {
    const encoded = z.safeEncode(schema as z.ZodType, data);
    if (encoded.success) return JSON.stringify(encoded.data);
    const faults = describeIssues(encoded.error);
    throw new MscliError('INVALID_ANSWER', `The answer of ${method} ${url} breaks its schema: ${faults}`, {
      cause: encoded.error,
    });
  };
}

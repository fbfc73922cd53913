import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'vitest';
import { isMap, type Json, type JsonMap, pointerTokens, valueAt } from '../../../src/gateway/openapi/merge/json.js';
import { mergeDocuments, type ServiceDocument } from '../../../src/gateway/openapi/merge/merge-documents.js';
import type { DocumentedRoute } from '../../../src/gateway/openapi/merge/service-part.js';
import { routePolicies } from '../../../src/gateway/policies/settings/route-policies.js';
import { buildRouteTable } from '../../../src/gateway/routing/route-table.js';

export interface GivenRoute {
  path: string;
  service: string;
  stripPrefix?: boolean;
  policies?: object;
}

/** Merges, and checks that what comes is valid and that each of its references leads somewhere. */
export async function merged(
  documents: Record<string, object> | readonly ServiceDocument[],
  given: readonly GivenRoute[],
): Promise<JsonMap> {
  const routes = given.map(({ stripPrefix = false, policies = {}, ...route }): DocumentedRoute => {
    const read = routePolicies.parse(policies);
    return { ...route, stripPrefix, policies: read, rewritePrefix: read.rewritePrefix };
  });
  const list = Array.isArray(documents)
    ? (documents as ServiceDocument[])
    : Object.entries(documents).map(([service, document]) => ({ service, document: document as Json }));
  const document = mergeDocuments(list, routes, buildRouteTable(routes), { title: 'Shop', version: '1' });
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  for (const reference of referencesIn(document)) {
    const tokens = pointerTokens(reference);
    if (tokens !== undefined) expect(valueAt(document, tokens), reference).toBeDefined();
  }
  return document;
}

export function at(document: Json, ...tokens: string[]): Json | undefined {
  return valueAt(document, tokens);
}

/** A document with these paths and components. */
export function aDocument(paths: object, more: object = {}): object {
  return { openapi: '3.1.0', info: { title: 'A', version: '1' }, paths, ...more };
}

export const ok = { responses: { 200: { description: 'OK' } } };

export function answering(schema: object): object {
  return { responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } } };
}

function referencesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'example' || key === 'value') return [];
    return key === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner);
  });
}

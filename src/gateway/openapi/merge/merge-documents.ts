import type { RouteTable } from '../../routing/route-table.js';
import { gatewayComponents } from './gateway-answers.js';
import { isMap, type Json, type JsonMap, mapOf } from './json.js';
import { type DocumentedRoute, type ServicePart, servicePart } from './service-part.js';

/** What a service said when it was asked for its document. */
export type ServiceDocument = { service: string; document: Json } | { service: string; missing: string };

/**
 * One OpenAPI 3.1 document of all that can be reached through the gateway, with the gateway's paths. A service without a
 * usable document is named in it, with the reason.
 */
export function mergeDocuments(
  documents: readonly ServiceDocument[],
  routes: readonly DocumentedRoute[],
  table: Pick<RouteTable, 'match'>,
  { title, version }: { title: string; version: string },
): JsonMap {
  const missing: { service: string; reason: string }[] = [];
  const parts = documents.flatMap((one): ServicePart[] => {
    if ('missing' in one) {
      missing.push({ service: one.service, reason: one.missing });
      return [];
    }
    try {
      const own = routes.filter(({ service }) => service === one.service);
      return [servicePart(one, own, table)];
    } catch (error) {
      missing.push({ service: one.service, reason: (error as Error).message });
      return [];
    }
  });
  return {
    openapi: '3.1.0',
    info: { title, version, ...(missing.length === 0 ? {} : { description: describeMissing(missing) }) },
    servers: [{ url: '/' }],
    tags: parts.flatMap(({ tags }) => tags),
    paths: uniqueOperations(Object.fromEntries(parts.flatMap(({ paths }) => Object.entries(paths)).sort(byPath))),
    components: joined([
      gatewayComponents(routes.map(({ policies }) => policies)),
      ...parts.map(({ components }) => components),
    ]),
    ...(missing.length === 0 ? {} : { 'x-mscli-missing': missing }),
  };
}

function describeMissing(missing: readonly { service: string; reason: string }[]): string {
  const lines = missing.map(({ service, reason }) => `- ${service}: ${reason}`);
  return ['Not described here for now:', '', ...lines].join('\n');
}

function byPath([left]: [string, Json], [right]: [string, Json]): number {
  return left < right ? -1 : Number(left > right);
}

/** An operation that two routes lead to is there twice, under different names. */
function uniqueOperations(paths: JsonMap): JsonMap {
  const seen = new Map<string, number>();
  const entries = Object.entries(paths).map(([path, item]): [string, Json] => {
    const operations = Object.entries(mapOf(item)).map(([key, value]): [string, Json] => {
      if (!isMap(value) || typeof value.operationId !== 'string') return [key, value];
      const count = (seen.get(value.operationId) ?? 0) + 1;
      seen.set(value.operationId, count);
      return [key, count === 1 ? value : { ...value, operationId: `${value.operationId}.${count}` }];
    });
    return [path, Object.fromEntries(operations)];
  });
  return Object.fromEntries(entries);
}

function joined(all: readonly Readonly<Record<string, JsonMap>>[]): JsonMap {
  const kinds = new Set(all.flatMap((components) => Object.keys(components)));
  return Object.fromEntries(
    [...kinds].map((kind) => [kind, Object.fromEntries(all.flatMap((one) => Object.entries(one[kind] ?? {})))]),
  );
}

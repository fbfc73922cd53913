import type { RoutePolicies } from '../../policies/settings/route-policies.js';
import type { RouteTable } from '../../routing/route-table.js';
import { exposedPath, type PathRoute } from './exposed-paths.js';
import { withGatewayAnswers } from './gateway-answers.js';
import { isMap, type Json, type JsonMap, listOf, mapOf, pointerTokens, valueAt } from './json.js';
import { Room } from './room.js';
import { ServiceNames } from './service-names.js';
import { upgrade } from './upgrade.js';

/** A route with what it does to requests. */
export interface DocumentedRoute extends PathRoute {
  policies: RoutePolicies;
}

/** What of one service's document can be reached through the gateway. */
export interface ServicePart {
  paths: JsonMap;
  /** By kind, such as `schemas`. */
  components: Record<string, JsonMap>;
  tags: JsonMap[];
}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** To find out whether a route leads to a path takes as long as to copy so much. */
const LOOKUP_BYTES = 64;
/** About what the gateway adds to what a path has. */
const ADDED_BYTES = 512;

/** Takes it out of the service's document. Throws an error with a reason where that is no OpenAPI 3 document. */
export function servicePart(
  { service, document }: { service: string; document: Json },
  routes: readonly DocumentedRoute[],
  table: Pick<RouteTable, 'match'>,
): ServicePart {
  const source = sourceOf(document);
  const room = new Room();
  const names = new ServiceNames(service, source, room);
  const base = basePath(source);
  const tags = new Set<string>();
  const paths = Object.entries(mapOf(source.paths)).flatMap(([path, item]) =>
    routes.flatMap((route): [string, JsonMap][] => {
      room.takeBytes(LOOKUP_BYTES);
      const outside = exposedPath(base + path, route, table);
      if (outside === undefined || !path.startsWith('/')) return [];
      const own = resolved(item, source);
      room.takeBytes(ADDED_BYTES);
      room.take(own);
      return [[outside, pathItem(own, { route, names, source, service, tags })]];
    }),
  );
  return {
    paths: Object.fromEntries(paths),
    components: names.components(),
    tags: describeTags(service, source, tags),
  };
}

function sourceOf(document: Json): JsonMap {
  const version = isMap(document) ? document.openapi : undefined;
  if (!isMap(document) || typeof version !== 'string' || !/^3\.\d+/.test(version)) {
    throw new Error('its document is not OpenAPI 3');
  }
  return version.startsWith('3.0') ? upgrade(document) : document;
}

/** The path of the first server: what the document's paths stand behind. */
function basePath({ servers }: JsonMap): string {
  const { url, variables } = mapOf(listOf(servers)[0]);
  if (typeof url !== 'string') return '';
  const filled = url.replace(/\{([^{}]*)\}/g, (_, name) => String(mapOf(mapOf(variables)[name]).default ?? ''));
  if (!URL.canParse(filled, 'http://service')) return '';
  return new URL(filled, 'http://service').pathname.replace(/\/$/, '');
}

function resolved(item: Json, source: JsonMap): JsonMap {
  const { $ref, ...rest } = mapOf(item);
  const tokens = typeof $ref === 'string' ? pointerTokens($ref) : undefined;
  return tokens === undefined ? rest : { ...mapOf(valueAt(source, tokens)), ...rest };
}

interface Surroundings {
  route: DocumentedRoute;
  names: ServiceNames;
  source: JsonMap;
  service: string;
  /** Those that are used. */
  tags: Set<string>;
}

function pathItem({ servers: _, ...item }: JsonMap, surroundings: Surroundings): JsonMap {
  const entries = Object.entries(item).map(([key, value]): [string, Json] => {
    const { names } = surroundings;
    return [key, methods.includes(key) && isMap(value) ? operation(value, surroundings) : names.renamed(value)];
  });
  return Object.fromEntries(entries);
}

function operation({ servers: _, ...own }: JsonMap, { route, names, source, service, tags }: Surroundings): JsonMap {
  const renamed = mapOf(names.renamed(own));
  const used = listOf(own.tags).map((tag) => `${service}: ${tag}`);
  const tagged = used.length > 0 ? used : [service];
  for (const tag of tagged) tags.add(tag);
  const security = own.security ?? source.security;
  const secured = security === undefined ? {} : { security: names.requirements(security) };
  return withGatewayAnswers({ ...renamed, tags: tagged, ...secured }, route.policies);
}

function describeTags(service: string, source: JsonMap, used: ReadonlySet<string>): JsonMap[] {
  const { description } = mapOf(source.info);
  const all: [string, Json | undefined][] = [
    [service, description],
    ...listOf(source.tags).map((tag): [string, Json | undefined] => {
      const { name, description } = mapOf(tag);
      return [`${service}: ${name}`, description];
    }),
  ];
  const known = new Map(all);
  return [...used].map((name) => {
    const said = known.get(name);
    return typeof said === 'string' ? { name, description: said } : { name };
  });
}

import { DOCUMENT_PATH } from '../gateway/openapi/own-paths.js';
import { routeKey } from '../gateway/routing/target.js';
import type { Finding } from './issue.js';
import { suggestion } from './nearest.js';

type Loose = Readonly<Record<string, unknown>>;

/** Nobody's route may be taken by the document or its page, and none of theirs by a route. */
export function openApiChecks(openapi: unknown, routes: readonly Loose[], services: readonly string[]): Finding[] {
  if (typeof openapi !== 'object' || openapi === null) return [];
  const { path = '/docs', documents } = openapi as Loose;
  const own = [DOCUMENT_PATH, ...(typeof path === 'string' && routeKey(path) !== '' ? [path] : [])];
  return [...routes.flatMap((route, index) => takenPath(route, index, own)), ...unknownServices(documents, services)];
}

function takenPath({ path }: Loose, index: number, own: readonly string[]): Finding[] {
  if (typeof path !== 'string') return [];
  const key = routeKey(path);
  const taker = own.find((one) => key === routeKey(one) || key.startsWith(`${routeKey(one)}/`));
  if (taker === undefined) return [];
  const way = taker === DOCUMENT_PATH ? 'choose another path' : 'choose another path here or there';
  const message = `"${path}" is where gateway.openapi has ${taker === DOCUMENT_PATH ? 'its document' : 'its page'}; ${way}`;
  return [{ path: ['gateway', 'routes', index, 'path'], message }];
}

function unknownServices(documents: unknown, services: readonly string[]): Finding[] {
  if (typeof documents !== 'object' || documents === null) return [];
  return Object.keys(documents).flatMap((name) => {
    if (services.includes(name)) return [];
    const message = `names the unknown service "${name}"${suggestion(name, services)}`;
    return [{ path: ['gateway', 'openapi', 'documents', name], message }];
  });
}

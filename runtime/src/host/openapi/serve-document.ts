import type { App } from '../app.js';
import { isHealthPath } from '../health.js';
import type { DocumentedRoute } from './documented-route.js';

const PATH = '/openapi.json';
const documented = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE']);

/**
 * Gathers the routes that are added from here on; what it returns adds `/openapi.json`, which describes them, unless the service
 * has a route of its own there.
 */
export function gatherRoutes(app: App): (about: { title: string; version: string }) => void {
  const routes: DocumentedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (isHealthPath(url) || schema?.hide === true) return;
    for (const one of [method].flat().filter((name) => documented.has(name))) {
      routes.push({ method: one, url, ...(schema && { schema }) });
    }
  });
  return (about) => {
    let text: string | undefined;
    // Behind the plugins of the service, whose routes are only then there.
    void app.register(async (last) => {
      if (last.hasRoute({ method: 'GET', url: PATH })) return;
      last.get(PATH, { schema: { hide: true } }, async (_request, reply) => {
        const { openApiDocument } = await import('./openapi-document.js');
        text ??= JSON.stringify(openApiDocument(routes, about));
        return reply.type('application/json').send(text);
      });
    });
  };
}

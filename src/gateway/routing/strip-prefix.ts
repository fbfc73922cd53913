import { routeKey } from './target.js';

/** The path without as many segments as the route has: `/api//v1/x` under `/api` becomes `/v1/x`, `/api` becomes `/`. */
export function stripPrefix(path: string, routePath: string): string {
  const segments = routeKey(routePath).split('/').length - 1;
  let position = 0;
  for (let n = 0; n < segments; n++) {
    position = skipSlashes(path, position);
    const next = path.indexOf('/', position);
    position = next === -1 ? path.length : next;
  }
  return `/${path.slice(skipSlashes(path, position))}`;
}

function skipSlashes(path: string, from: number): number {
  let position = from;
  while (path[position] === '/') position++;
  return position;
}

import type { Answer } from './answer.js';
import type { Call } from './call.js';

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** The handlers of one path by HTTP method; `:name` in the path stands for one part of it. */
export type Routes = Readonly<Record<string, Readonly<Partial<Record<'GET' | 'PUT' | 'POST' | 'DELETE', Handler>>>>>;

/** Finds the handlers of a path (below /api/) and the parts that it names. */
export type Router = (path: string) => { handlers: Routes[string]; params: Record<string, string> } | undefined;

/** Prepares the routes; the first that fits is taken. */
export function router(routes: Routes): Router {
  const prepared = Object.entries(routes).map(([path, handlers]) => ({ parts: path.split('/'), handlers }));
  return (path) => {
    const given = path.replace(/\/$/, '').split('/').map(decode);
    for (const { parts, handlers } of prepared) {
      const params = match(parts, given);
      if (params !== undefined) return { handlers, params };
    }
    return undefined;
  };
}

function match(parts: readonly string[], given: readonly (string | undefined)[]): Record<string, string> | undefined {
  if (parts.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const value = given[index];
    if (value === undefined) return undefined;
    if (part.startsWith(':')) params[part.slice(1)] = value;
    else if (part !== value) return undefined;
  }
  return params;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

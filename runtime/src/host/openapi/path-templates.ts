/** A path as OpenAPI writes it, and the names in its braces. */
export interface PathTemplate {
  readonly path: string;
  readonly names: readonly string[];
}

const optionalEnd = /\/:(\w+)\?$/;

/** The templates of fastify's path: `/orders/:id` is `/orders/{id}`; with an optional last parameter there are two. */
export function pathTemplates(url: string): PathTemplate[] {
  if (!optionalEnd.test(url)) return [template(url)];
  return [template(url.replace(optionalEnd, '') || '/'), template(url.replace(optionalEnd, '/:$1'))];
}

function template(url: string): PathTemplate {
  const names: string[] = [];
  // `::` is a colon, a parameter may have a pattern in parentheses, and `*` takes the rest of the path.
  const path = url.replace(/::|:(\w+)(\((?:[^()]|\([^()]*\))*\))?|\*/g, (whole, name: string | undefined) => {
    if (whole === '::') return ':';
    names.push(name ?? 'rest');
    return `{${name ?? 'rest'}}`;
  });
  return { path, names };
}

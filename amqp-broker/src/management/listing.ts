import { ApiError } from './answer.js';

/** With `columns` in the query only those members of each object; `a.b` stands for the member b of a. */
export function pick(body: unknown, { searchParams }: URL): unknown {
  const columns = searchParams.get('columns')?.split(',');
  if (columns === undefined) return body;
  const paths = columns.map((column) => column.split('.'));
  return Array.isArray(body) ? body.map((each) => members(each, paths)) : members(body, paths);
}

function members(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const picked = Object.entries(value).flatMap(([name, member]) => {
    const further = paths.filter(([first]) => first === name).map(([, ...rest]) => rest);
    if (further.length === 0) return [];
    return [[name, further.some((path) => path.length === 0) ? member : members(member, further)]];
  });
  return Object.fromEntries(picked);
}

/** With `page` in the query that part of a list, and how much there is. */
export function page(body: unknown, { searchParams }: URL): unknown {
  if (!Array.isArray(body) || !searchParams.has('page')) return body;
  const number = natural(searchParams, 'page', 1);
  const size = natural(searchParams, 'page_size', 100);
  const name = searchParams.get('name') ?? '';
  const filtered = body.filter((each: { name?: string }) => each.name?.includes(name) ?? true);
  const items = filtered.slice((number - 1) * size, number * size);
  return {
    filtered_count: filtered.length,
    item_count: items.length,
    items,
    page: number,
    page_count: Math.max(1, Math.ceil(filtered.length / size)),
    page_size: size,
    total_count: body.length,
  };
}

function natural(query: URLSearchParams, name: string, fallback: number): number {
  const value = Number(query.get(name) ?? fallback);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new ApiError(400, 'page_size_or_page_invalid', `${name} must be a positive number`);
}

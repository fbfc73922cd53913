import type { Labels, Sample } from '@mscli/runtime/metrics';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other'] as const;
const statuses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
const other = methods.length - 1;
const places: ReadonlyMap<string, number> = new Map(methods.slice(0, other).map((method, index) => [method, index]));

/** How many requests there were, by method and class of status: as many cells as there can ever be. */
export class RequestGrid {
  readonly #counts = new Float64Array(methods.length * statuses.length);

  add(method: string, status: number): void {
    const row = places.get(method) ?? other;
    const column = Math.min(statuses.length, Math.max(1, Math.trunc(status / 100))) - 1;
    (this.#counts[row * statuses.length + column] as number)++;
  }

  /** Those that there were. */
  samples(labels: Labels): Sample[] {
    return methods.flatMap((method, row) =>
      statuses.flatMap((status, column) => {
        const value = this.#counts[row * statuses.length + column] ?? 0;
        return value === 0 ? [] : [{ labels: { ...labels, method, status }, value }];
      }),
    );
  }
}

import { failure } from '../errors.js';
import type { ProcessRecord } from './process-record.js';

/** The names in the order of stopping: each group may stop at once, and comes before everything that it depends on. */
export function stopOrder(records: readonly Pick<ProcessRecord, 'name' | 'dependsOn' | 'kind'>[]): string[][] {
  const groups: string[][] = [];
  let left = [...records];
  while (left.length > 0) {
    const needed = new Set(left.flatMap(({ dependsOn }) => dependsOn));
    const free = left.filter(({ name, kind }) => !needed.has(name) && (kind !== 'broker' || left.length === 1));
    if (free.length === 0) throw cycle(left.map(({ name }) => name));
    groups.push(free.map(({ name }) => name));
    left = left.filter((record) => !free.includes(record));
  }
  return groups;
}

function cycle(names: readonly string[]): Error {
  return failure('INVALID_CONFIG', `${names.filter((name) => name !== 'broker').join(', ')} depend on each other.`, {
    hint: 'Take one of them out of dependsOn in mscli.yaml.',
  });
}

import type { Change } from './plan.js';

type Entry = Pick<Change, 'path' | 'action'>;

/** A plan as a tree, one line for each file with what happens to it. */
export function planTree(root: string, changes: readonly Entry[]): string {
  const lines = draw(changes, '');
  const width = Math.max(0, ...lines.map(({ text }) => text.length));
  return [root, ...lines.map(({ text, action }) => (action ? `${text.padEnd(width)}  ${action}` : text))].join('\n');
}

function draw(entries: readonly Entry[], indent: string): { text: string; action?: string }[] {
  const groups = groupByFirstSegment(entries);
  return groups.flatMap(([name, inside], index) => {
    const last = index === groups.length - 1;
    const text = `${indent}${last ? '└─ ' : '├─ '}${name}`;
    const [only] = inside;
    if (only?.path === name) return [{ text, action: only.action }];
    const nested = inside.map(({ path, action }) => ({ path: path.slice(name.length + 1), action }));
    return [{ text: `${text}/` }, ...draw(nested, `${indent}${last ? '   ' : '│  '}`)];
  });
}

function groupByFirstSegment(entries: readonly Entry[]): [string, Entry[]][] {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = entry.path.split('/')[0] ?? entry.path;
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

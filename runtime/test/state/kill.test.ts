import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { buildChild, startChild } from './run-child.js';
import { tempDatabase, tempStateUrl } from './temp-state.js';

it('loses no acknowledged commit when two writing processes are killed', async () => {
  const stateUrl = await tempStateUrl();
  const script = await buildChild(fileURLToPath(new URL('fixtures/writer.ts', import.meta.url)));
  const children = ['a', 'b'].map((name) => ({ name, ...startChild(script, [stateUrl, name]) }));
  await vi.waitFor(() => expect(children.every((child) => child.lines.length > 50)).toBe(true), { timeout: 12_000 });
  await Promise.all(children.map((child) => child.kill()));

  const db = await tempDatabase({ stateUrl });
  for (const child of children) {
    const rows = await db.all<{ n: number }>('SELECT n FROM entry WHERE writer = ?', [child.name]);
    const found = new Set(rows.map((row) => row.n));
    expect(child.lines.filter((line) => !found.has(Number(line)))).toEqual([]);
    expect(found.size).toBe(rows.length);
  }
});

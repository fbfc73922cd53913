import { expect, it } from 'vitest';
import { merge } from '../../src/supervisor/merge.js';

async function* counting(name: string, count: number) {
  for (let number = 1; number <= count; number++) yield `${name}${number}`;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

it('gives everything of every source, each in its own order', async () => {
  const found = await all(merge([counting('a', 3), counting('b', 1), counting('c', 0)]));
  expect(found.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1']);
  expect(found.filter((item) => item.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
});

it('ends at once without sources', async () => {
  expect(await all(merge([]))).toEqual([]);
});

it('passes a failure on and ends the other sources', async () => {
  let ended = false;
  async function* endless() {
    try {
      for (;;) yield 'x';
    } finally {
      ended = true;
    }
  }
  async function* broken(): AsyncGenerator<string, void> {
    yield 'y';
    throw new Error('the disk is gone');
  }
  await expect(all(merge([endless(), broken()]))).rejects.toThrow('the disk is gone');
  expect(ended).toBe(true);
});

it('waits once for a silent source, however much the others say', async () => {
  let waits = 0;
  const never = new Promise<IteratorResult<string, void>>(() => {});
  const counted = new Proxy(never, {
    get(target, property) {
      if (property === 'then') waits += 1;
      const value = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const silent = counting('silent', 0);
  silent.next = () => counted;
  const merged = merge([silent, counting('a', 1000)]);
  for (let number = 1; number <= 1000; number++) expect((await merged.next()).value).toBe(`a${number}`);
  expect(waits).toBe(1);
});

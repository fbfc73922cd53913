import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogFile } from '../../src/supervisor/log-file.js';
import { followLog, lastLines } from '../../src/supervisor/read-log.js';
import { eventually } from '../support/eventually.js';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mscli-log-'));
  path = join(folder, 'logs/a.log');
});
afterEach(() => rm(folder, { recursive: true }));

describe('LogFile', () => {
  it('keeps what is appended, over several runs', async () => {
    for (const run of [1, 2]) {
      await using log = new LogFile(path);
      log.append(`run ${run}`);
    }
    expect(await readFile(path, 'utf8')).toBe('run 1\nrun 2\n');
  });

  it('stays bounded and loses no line but the oldest', async () => {
    await using log = new LogFile(path, { maxBytes: 1_000 });
    for (let i = 0; i < 500; i++) {
      log.append(`line ${i}`);
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await log.close();
    const sizes = await Promise.all(
      [path, `${path}.1`].map(async (file) => (await stat(file).catch(() => ({ size: 0 }))).size),
    );
    expect(Math.max(...sizes)).toBeLessThan(8_000);
    const kept = await lastLines(path, 1_000);
    expect(kept.at(-1)).toBe('line 499');
    const first = Number(kept[0]?.slice('line '.length));
    expect(kept).toEqual(Array.from({ length: 500 - first }, (_, i) => `line ${first + i}`));
  });
});

describe('lastLines', () => {
  it('reaches back into the rotated file, and is empty for a log that does not exist', async () => {
    expect(await lastLines(path, 3)).toEqual([]);
    await using log = new LogFile(path, { maxBytes: 1 });
    log.append('one');
    await log.close();
    await writeFile(path, 'two\nthree\n');
    expect(await lastLines(path, 3)).toEqual(['one', 'two', 'three']);
    expect(await lastLines(path, 1)).toEqual(['three']);
    expect(await lastLines(path, 0)).toEqual([]);
  });
});

describe('followLog', () => {
  it('goes on over rotations, without losing or repeating a line', async () => {
    await using log = new LogFile(path, { maxBytes: 2_000 });
    log.append('line 0');
    await eventually(() => stat(path).catch(() => undefined));
    const abort = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const line of followLog(path, { count: 10, signal: abort.signal, pollMs: 1 })) seen.push(line);
    })();
    await eventually(() => seen.length === 1);
    for (let i = 1; i < 600; i++) {
      log.append(`line ${i}`);
      // At most one rotation between two looks: the file before the last is gone for good.
      if (i % 100 === 0) await eventually(() => seen.length === i + 1);
    }
    await eventually(() => seen.length >= 600);
    abort.abort();
    await following;
    expect(seen).toEqual(Array.from({ length: 600 }, (_, i) => `line ${i}`));
    expect(await stat(`${path}.1`)).toBeDefined();
  });

  it('waits for a log that does not exist yet, and joins what was written in pieces', async () => {
    const abort = new AbortController();
    const lines = followLog(path, { count: 10, signal: abort.signal, pollMs: 5 });
    const first = lines.next();
    await using log = new LogFile(path);
    log.append('hello');
    expect((await first).value).toBe('hello');
    abort.abort();
    expect((await lines.next()).done).toBe(true);
  });
});

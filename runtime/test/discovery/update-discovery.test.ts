import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { readDiscovery, tripBreaker, updateDiscovery } from '@mscli/runtime/discovery';
import { describe, expect, test } from 'vitest';
import { anInstance } from './an-instance.js';
import { bundleFixture } from './bundle-fixture.js';
import { startChild } from './child.js';
import { temporaryFolder } from './temporary-folder.js';

describe('updateDiscovery', () => {
  test('makes the folder and the file, and counts each write', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'a', 'b', 'discovery.json');
    for (const n of [1, 2]) {
      const snapshot = await updateDiscovery(path, (draft) => {
        draft.instances[`a-${n}`] = anInstance(`a-${n}`);
      });
      expect(snapshot.revision).toBe(n);
    }
    expect(await readdir(join(folder.path, 'a', 'b'))).toEqual(['discovery.json', 'discovery.json.last']);
    expect(Object.keys((await readDiscovery(path)).instances)).toEqual(['a-1', 'a-2']);
  });

  test('does not write a change that changes nothing', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    await updateDiscovery(path, () => {});
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('a change that throws leaves the file alone and releases the lock', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    await updateDiscovery(path, (draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
    const before = await readFile(path, 'utf8');
    const failing = updateDiscovery(path, (draft) => {
      draft.routes = [];
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(folder.path)).toEqual(['discovery.json', 'discovery.json.last']);
  });

  test('refuses a change that makes the content invalid, and names it', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    const failing = updateDiscovery(path, (draft) => {
      draft.instances['a-1'] = anInstance('a-1', { url: 'not a url' });
    });
    await expect(failing).rejects.toMatchObject({
      code: 'INVALID_DISCOVERY',
      message: expect.stringContaining("instances['a-1']"),
    });
    expect(await readdir(folder.path)).toEqual([]);
  });

  test('keeps what it does not know', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    const instance = { ...anInstance('a-1'), zone: 'north' };
    await writeFile(path, JSON.stringify({ version: 1, instances: { 'a-1': instance }, notes: ['kept'] }));
    await updateDiscovery(path, (draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      revision: 1,
      instances: { 'a-1': { zone: 'north' } },
      notes: ['kept'],
    });
  });

  test('removes overrides that have expired', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    let now = Date.parse('2026-01-01T00:00:00Z');
    const options = { now: () => now };
    await updateDiscovery(path, (draft) => tripBreaker(draft, 'a->b', { author: 'ann', forMs: 1000, now }), options);
    await updateDiscovery(path, (draft) => tripBreaker(draft, 'a->c', { author: 'ann', now }), options);
    expect(Object.keys((await readDiscovery(path)).overrides)).toEqual(['a->b', 'a->c']);
    now += 1000;
    await updateDiscovery(
      path,
      (draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }),
      options,
    );
    expect(Object.keys((await readDiscovery(path)).overrides)).toEqual(['a->c']);
  });

  test('refuses the file of a newer mscli without touching it', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    await writeFile(path, '{"version":2}');
    await expect(updateDiscovery(path, () => {})).rejects.toMatchObject({ code: 'DISCOVERY_VERSION' });
    await expect(readDiscovery(path)).rejects.toMatchObject({ code: 'DISCOVERY_VERSION' });
    expect(await readFile(path, 'utf8')).toBe('{"version":2}');
    expect(await readdir(folder.path)).toEqual(['discovery.json']);
  });

  test('a writer that is killed in its update does not stop the next one, and changes nothing', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'state', 'discovery.json');
    await using writer = startChild(process.execPath, [await bundleFixture('die-in-update', folder.path), path]);
    expect(await writer.ended()).toBe('SIGKILL');
    expect(await readdir(join(folder.path, 'state'))).toEqual(['discovery.json.lock']);
    const snapshot = await updateDiscovery(path, (draft) => {
      draft.instances['a-1'] = anInstance('a-1');
    });
    expect(snapshot).toMatchObject({ revision: 1, routes: [] });
    expect(await readdir(join(folder.path, 'state'))).toEqual(['discovery.json', 'discovery.json.last']);
  });

  test('a disk that takes no more leaves the old file and no other', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'state', 'discovery.json');
    await updateDiscovery(path, (draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
    const before = await readFile(path, 'utf8');
    const program = await bundleFixture('write-much', folder.path);
    // A limit on the size of files makes write(2) fail half-way, as a full disk does, without needing a disk.
    const script = 'ulimit -f 16; exec "$@"';
    const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', process.execPath, program, path]);
    expect(JSON.parse(stdout)).toMatchObject({ code: 'DISCOVERY_WRITE', cause: 'EFBIG' });
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(join(folder.path, 'state'))).toEqual(['discovery.json', 'discovery.json.last']);
  });

  test('fifty processes that write at once lose no record', { timeout: 120_000 }, async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'state', 'discovery.json');
    const program = await bundleFixture('write-records', folder.path);
    const names = Array.from({ length: 50 }, (_, n) => `writer${n}`);
    const writers = names.map((name) => startChild(process.execPath, [program, path, name, '3']));
    try {
      await Promise.all(writers.map((writer) => writer.line('ready')));
      for (const writer of writers) writer.process.stdin.write('go\n');
      // A reader that reads all the time never sees half a file, nor an older one after a newer one.
      const reading = { on: true };
      const revisions = readAllTheTime(path, reading);
      expect(await Promise.all(writers.map((writer) => writer.ended()))).toEqual(names.map(() => 0));
      reading.on = false;
      expect(await revisions).toEqual((await revisions).toSorted((a, b) => a - b));
    } finally {
      await Promise.all(writers.map((writer) => writer.kill()));
    }
    const found = JSON.parse(await readFile(path, 'utf8'));
    expect(Object.keys(found.instances).sort()).toEqual(
      names.flatMap((name) => [0, 1, 2].map((n) => `${name}-${n}`)).sort(),
    );
    expect(found.revision).toBe(150);
    expect(await readdir(join(folder.path, 'state'))).toEqual(['discovery.json', 'discovery.json.last']);
  });
});

async function readAllTheTime(path: string, reading: { on: boolean }): Promise<number[]> {
  const revisions: number[] = [];
  while (reading.on) {
    const onCorrupt = () => revisions.push(Number.NaN);
    revisions.push((await readDiscovery(path, { onCorrupt })).revision);
    await sleep(1);
  }
  return revisions;
}

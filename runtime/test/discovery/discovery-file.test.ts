import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CorruptDiscovery, DiscoveryFile, readDiscovery, updateDiscovery } from '@mscli/runtime/discovery';
import { describe, expect, test, vi } from 'vitest';
import { anInstance } from './an-instance.js';
import { temporaryFolder } from './temporary-folder.js';

const soon = { timeout: 10_000, interval: 5 };

describe('DiscoveryFile', () => {
  test('starts empty, in a folder that it makes', async () => {
    await using folder = await temporaryFolder();
    await using file = await DiscoveryFile.open(join(folder.path, 'state', 'discovery.json'));
    expect(file.snapshot).toEqual({
      version: 1,
      revision: 0,
      instances: {},
      routes: [],
      overrides: {},
      resets: {},
      breakers: {},
      breakerSettings: {},
      reactions: {},
    });
  });

  test('holds its own change when update resolves, frozen at every depth', async () => {
    await using folder = await temporaryFolder();
    await using file = await DiscoveryFile.open(join(folder.path, 'discovery.json'));
    const returned = await file.update((draft) => {
      draft.instances['a-1'] = anInstance('a-1');
    });
    expect(file.snapshot).toBe(returned);
    expect(file.snapshot.revision).toBe(1);
    expect(() => Object.assign(file.snapshot.instances['a-1'] ?? {}, { status: 'stopping' })).toThrow(TypeError);
  });

  test('makes changes in the order of the calls, each once', async () => {
    await using folder = await temporaryFolder();
    await using file = await DiscoveryFile.open(join(folder.path, 'discovery.json'));
    const order: number[] = [];
    await Promise.all([1, 2, 3, 4].map((n) => file.update((draft) => push(draft.routes, order, n))));
    expect(order).toEqual([1, 2, 3, 4]);
    expect(file.snapshot.routes.map(({ path }) => path)).toEqual(['/1', '/2', '/3', '/4']);
    expect(file.snapshot.revision).toBe(4);
  });

  test('follows changes of others, through replacement by rename, and tells its subscribers', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    await using file = await DiscoveryFile.open(path, { pollMs: 60_000 });
    const revisions: number[] = [];
    const subscription = file.subscribe(({ revision }) => revisions.push(revision));
    expect(revisions).toEqual([0]);
    for (const n of [1, 2, 3]) {
      await updateDiscovery(path, (draft) => draft.routes.push({ path: `/${n}`, service: 'a', stripPrefix: false }));
      await vi.waitFor(() => expect(file.snapshot.revision).toBe(n), soon);
    }
    expect(revisions).toEqual([0, 1, 2, 3]);
    subscription[Symbol.dispose]();
    await file.update((draft) => draft.routes.pop());
    expect(revisions).toEqual([0, 1, 2, 3]);
  });

  test('finds a replaced folder again by its slow poll', async () => {
    await using folder = await temporaryFolder();
    const state = join(folder.path, 'state');
    const path = join(state, 'discovery.json');
    await using file = await DiscoveryFile.open(path, { pollMs: 20 });
    await file.update((draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
    await rm(state, { recursive: true });
    await vi.waitFor(() => expect(file.snapshot.revision).toBe(0), soon);
    await mkdir(state);
    await updateDiscovery(path, (draft) => draft.routes.push({ path: '/b', service: 'b', stripPrefix: false }));
    await vi.waitFor(() => expect(file.snapshot.routes[0]?.path).toBe('/b'), soon);
  });

  test('keeps its snapshot and says so when a newer mscli takes the file over', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    const errors: unknown[] = [];
    await using file = await DiscoveryFile.open(path, { onError: (error) => errors.push(error) });
    await file.update((draft) => {
      draft.instances['a-1'] = anInstance('a-1');
    });
    await writeFile(path, '{"version":2,"everything":"else"}');
    await vi.waitFor(() => expect(errors).toContainEqual(expect.objectContaining({ code: 'DISCOVERY_VERSION' })), soon);
    expect(file.snapshot.instances['a-1']).toBeDefined();
  });

  test('several readers that meet a corrupt file at once move it aside once and go on with what was last written', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    const reports: CorruptDiscovery[] = [];
    const readers = await Promise.all(
      Array.from({ length: 5 }, () => DiscoveryFile.open(path, { onCorrupt: (report) => reports.push(report) })),
    );
    await updateDiscovery(path, (draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
    await vi.waitFor(() => expect(readers.every(({ snapshot }) => snapshot.revision === 1)).toBe(true), soon);
    await writeFile(path, '{"version":1,"instan');
    await vi.waitFor(() => expect(readers.every(({ snapshot }) => snapshot.revision === 2)).toBe(true), soon);
    expect(readers.every(({ snapshot }) => snapshot.routes[0]?.path === '/a')).toBe(true);
    expect(reports).toEqual([
      {
        path,
        faults: [expect.stringContaining('not JSON')],
        movedTo: expect.stringContaining(`${path}.corrupt-`),
        restoredRevision: 2,
      },
    ]);
    expect(await readFile(reports[0]?.movedTo ?? '', 'utf8')).toBe('{"version":1,"instan');
    await Promise.all(readers.map((reader) => reader.close()));
  });

  test.each(['', 'null', '[]', '"text"', '{"version":"one"}', '{"version":1,"revision":-1}', '\u0000\u0000'])(
    'starts empty on the corrupt file %j when there is no copy, and writes on',
    async (text) => {
      await using folder = await temporaryFolder();
      const path = join(folder.path, 'discovery.json');
      await writeFile(path, text);
      await writeFile(`${path}.last`, 'as bad');
      const reports: CorruptDiscovery[] = [];
      await using file = await DiscoveryFile.open(path, { onCorrupt: (report) => reports.push(report) });
      expect(file.snapshot.revision).toBe(0);
      expect(reports).toHaveLength(1);
      await file.update((draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
      expect(file.snapshot.revision).toBe(1);
    },
  );

  test('is there at every moment while it is repaired, so that nobody takes it for empty', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    await updateDiscovery(path, (draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
    await writeFile(path, 'rubbish');
    let repaired = false;
    const repair = readDiscovery(path).finally(() => {
      repaired = true;
    });
    let absences = 0;
    while (!repaired) {
      if (!existsSync(path)) absences += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await repair).routes).toHaveLength(1);
    expect(absences).toBe(0);
  });

  test('survives a folder that cannot be looked at for a while', async () => {
    await using folder = await temporaryFolder();
    const state = join(folder.path, 'state');
    const errors: unknown[] = [];
    await using file = await DiscoveryFile.open(join(state, 'discovery.json'), {
      pollMs: 5,
      onError: (error) => errors.push(error),
    });
    await rename(state, `${state}.away`);
    await symlink(state, state);
    await rm(join(`${state}.away`, 'discovery.json'), { force: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await rm(state);
    await rename(`${state}.away`, state);
    await updateDiscovery(file.path, (draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
    await vi.waitFor(() => expect(file.snapshot.routes).toHaveLength(1), soon);
  });

  test('an update that meets a corrupt file changes what was last written', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    await updateDiscovery(path, (draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
    await writeFile(path, 'rubbish');
    const { routes } = await updateDiscovery(path, (draft) => {
      draft.routes.push({ path: '/b', service: 'b', stripPrefix: false });
    });
    expect(routes.map((route) => route.path)).toEqual(['/a', '/b']);
  });

  test('names records that make no sense once, and leaves them out', async () => {
    await using folder = await temporaryFolder();
    const path = join(folder.path, 'discovery.json');
    await writeFile(path, JSON.stringify({ instances: { 'a-1': anInstance('a-1'), 'b-1': { id: 'b-1' } } }));
    const faults: string[] = [];
    await using file = await DiscoveryFile.open(path, {
      pollMs: 10,
      onCorrupt: (report) => faults.push(...report.faults),
    });
    await writeFile(
      path,
      JSON.stringify({ routes: [], instances: { 'a-1': anInstance('a-1'), 'b-1': { id: 'b-1' } }, x: 1 }),
    );
    await vi.waitFor(() => expect(file.snapshot).toHaveProperty('x'), soon);
    expect(Object.keys(file.snapshot.instances)).toEqual(['a-1']);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain("instances['b-1']");
  });

  test('a subscriber that throws does not keep the others from hearing', async () => {
    await using folder = await temporaryFolder();
    const errors: unknown[] = [];
    await using file = await DiscoveryFile.open(join(folder.path, 'discovery.json'), {
      onError: (e) => errors.push(e),
    });
    const heard: number[] = [];
    file.subscribe(({ revision }) => {
      if (revision > 0) throw new Error('a bad subscriber');
    });
    file.subscribe(({ revision }) => heard.push(revision));
    await file.update((draft) => draft.routes.push({ path: '/a', service: 'a', stripPrefix: false }));
    expect(heard).toEqual([0, 1]);
    expect(errors).toHaveLength(1);
  });
});

function push(routes: { path: string; service: string; stripPrefix: boolean }[], order: number[], n: number): void {
  order.push(n);
  routes.push({ path: `/${n}`, service: 'a', stripPrefix: false });
}

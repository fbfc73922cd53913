import { join } from 'node:path';
import {
  DiscoveryFile,
  type LivenessProbe,
  processStartTime,
  pruneDead,
  register,
  resolve,
  setStatus,
  withdraw,
} from '@mscli/runtime/discovery';
import { describe, expect, test } from 'vitest';
import { anInstance } from './an-instance.js';
import { startChild } from './child.js';
import { temporaryFolder } from './temporary-folder.js';

describe('instances', () => {
  test('are registered with their process’s start time, change their status, and withdraw with their reports', async () => {
    await using folder = await temporaryFolder();
    await using file = await DiscoveryFile.open(join(folder.path, 'discovery.json'));
    await register(file, anInstance('a-1', { pid: process.pid, status: 'starting' }));
    const start = processStartTime(process.pid);
    if (start !== undefined) expect(file.snapshot.instances['a-1']?.processStart).toBe(start);
    expect(resolve(file.snapshot, 'a')).toEqual([]);

    await setStatus(file, 'a-1', 'ready');
    await setStatus(file, 'nobody-1', 'ready');
    expect(resolve(file.snapshot, 'a').map(({ id }) => id)).toEqual(['a-1']);
    expect(file.snapshot.instances).not.toHaveProperty('nobody-1');

    await file.update((draft) => {
      draft.breakers['a-1'] = { 'a->b': { state: 'closed', since: new Date().toISOString(), failures: 0 } };
    });
    await withdraw(file, 'a-1');
    expect(file.snapshot).toMatchObject({ instances: {}, breakers: {} });
  });

  test('whose process is gone are not resolved, and can be pruned', async () => {
    await using folder = await temporaryFolder();
    await using file = await DiscoveryFile.open(join(folder.path, 'discovery.json'));
    const child = startChild(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await register(file, anInstance('a-1', { pid: child.pid }));
    await register(file, anInstance('a-2'));
    await child.kill();
    expect(resolve(file.snapshot, 'a').map(({ id }) => id)).toEqual(['a-2']);
    let pruned: string[] = [];
    await file.update((draft) => {
      pruned = pruneDead(draft);
    });
    expect(pruned).toEqual(['a-1']);
    expect(Object.keys(file.snapshot.instances)).toEqual(['a-2']);
  });
});

describe('resolve', () => {
  test('looks at processes once a second, and gives the same list as long as nothing has changed', async () => {
    await using folder = await temporaryFolder();
    await using file = await DiscoveryFile.open(join(folder.path, 'discovery.json'));
    await register(file, anInstance('a-1', { pid: 1 }));
    await register(file, anInstance('a-2', { pid: 2 }));
    await register(file, anInstance('b-1', { pid: 3 }));
    const alive = new Set([1, 2]);
    const looks: number[] = [];
    const clock = { now: 0 };
    const probe: LivenessProbe = {
      now: () => clock.now,
      isAlive: (pid) => {
        looks.push(pid);
        return alive.has(pid);
      },
    };
    const first = resolve(file.snapshot, 'a', probe);
    expect(first.map(({ id }) => id)).toEqual(['a-1', 'a-2']);
    clock.now = 999;
    expect(resolve(file.snapshot, 'a', probe)).toBe(first);
    expect(looks).toEqual([1, 2]);
    clock.now = 1000;
    expect(resolve(file.snapshot, 'a', probe)).toBe(first);
    expect(looks).toEqual([1, 2, 1, 2]);
    alive.delete(1);
    clock.now = 1500;
    expect(resolve(file.snapshot, 'a', probe)).toBe(first);
    clock.now = 2000;
    expect(resolve(file.snapshot, 'a', probe).map(({ id }) => id)).toEqual(['a-2']);
    expect(resolve(file.snapshot, 'nobody', probe)).toEqual([]);
  });
});

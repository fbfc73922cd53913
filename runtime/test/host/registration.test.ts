import { expect, test } from 'vitest';
import { DiscoveryFile, discoveryPath, type Instance, resolve } from '../../src/discovery/index.js';
import { registerSelf } from '../../src/host/registration.js';
import { stateFolder } from './a-service.js';

const registrant = { id: 'order-service-1', service: 'order-service', pid: process.pid };
const ready = { url: 'http://127.0.0.1:3001', status: 'ready' } as const;

test("replaces the record of an ended process with the same id and pid, and leaves this very process's alone", async () => {
  const path = discoveryPath(await stateFolder());
  await using file = await DiscoveryFile.open(path);
  const record = (more: Partial<Instance>): Instance => ({
    ...registrant,
    ...ready,
    startedAt: '2026-01-01T00:00:00.000Z',
    registeredBy: 'supervisor',
    ...more,
  });
  await file.update((draft) => {
    draft.instances[registrant.id] = record({ processStart: 'another' });
  });
  expect(resolve(file.snapshot, 'order-service')).toEqual([]);
  await registerSelf(file, registrant, ready, new Date());
  expect(resolve(file.snapshot, 'order-service')).toMatchObject([{ registeredBy: 'self', pid: process.pid }]);

  await file.update((draft) => {
    draft.instances[registrant.id] = record({});
  });
  await registerSelf(file, registrant, ready, new Date());
  expect(file.snapshot.instances[registrant.id]?.registeredBy).toBe('supervisor');
});

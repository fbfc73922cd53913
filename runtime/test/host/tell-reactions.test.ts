import { expect, test } from 'vitest';
import { discoveryPath, readDiscovery, updateDiscovery } from '../../src/discovery/index.js';
import { defineEvent, defineService, on, saga, z } from '../../src/index.js';
import { aService, stateFolder } from './a-service.js';

test('a service tells what it reacts to, and the record stays when it has stopped', async () => {
  const stateUrl = await stateFolder();
  const contract = defineEvent('order.placed', z.object({}));
  const placeOrder = saga('place-order', z.object({})).pivot('pay', { do: async () => {} });
  const definition = { name: 'tell-service', subscriptions: [on(contract, () => {})], sagas: [placeOrder] };
  const running = await aService(defineService(definition), { stateUrl });
  await running.stop();
  const known = async () => (await readDiscovery(discoveryPath(stateUrl))).reactions;
  expect(await known()).toEqual({ 'tell-service': { subscriptions: ['order.placed'], sagas: ['place-order'] } });
  const without = await aService(defineService({ name: 'tell-service' }), { stateUrl });
  await without.stop();
  expect(await known()).toEqual({ 'tell-service': { subscriptions: [], sagas: [] } });
});

test('a service says how its breakers behave, and logs how they change', async () => {
  const stateUrl = await stateFolder();
  await updateDiscovery(discoveryPath(stateUrl), (draft) => {
    draft.instances['b-1'] = {
      id: 'b-1',
      service: 'b-service',
      // Port 1 is refused.
      url: 'http://127.0.0.1:1',
      status: 'ready',
      startedAt: new Date().toISOString(),
      registeredBy: 'supervisor',
    };
  });
  const definition = defineService({ name: 'calling-service', breakers: () => ({ consecutiveFailures: 1 }) });
  const { service, logged } = await aService(definition, { stateUrl });
  const call = () => service.http.get('b-service', '/', { attempts: 1 });
  await expect(call()).rejects.toMatchObject({ code: 'CALL_FAILED' });
  await expect(call()).rejects.toMatchObject({ code: 'CALL_REFUSED' });
  const told = { breaker: 'calling-service->b-service', from: 'closed', to: 'open', reason: 'consecutive-failures' };
  expect(logged).toContainEqual(expect.objectContaining(told));
});

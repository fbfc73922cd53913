import { emptyDiscovery } from '@mscli/runtime/discovery';
import { expect, it } from 'vitest';
import { blastRadius } from '../../src/breaker/blast-radius.js';
import { describeBlastRadius } from '../../src/breaker/describe-blast-radius.js';
import { plain } from '../../src/text/style.js';

const route = (path: string, service: string) => ({ path, service, stripPrefix: false });
const source = {
  routes: [route('/orders', 'order-service'), route('/users', 'user-service'), route('/shop', 'web-service')],
  services: {
    'web-service': { dependsOn: ['order-service'] },
    'order-service': { dependsOn: [] },
    'user-service': { dependsOn: [] },
    'mail-service': { dependsOn: [] },
  },
};

function discovery() {
  const draft = emptyDiscovery();
  const report = { state: 'closed', since: new Date(0).toISOString(), failures: 0 } as const;
  draft.breakers['order-service-1'] = { 'order-service->user-service': report };
  draft.reactions = {
    'order-service': { subscriptions: ['user.registered'], sagas: ['place-order'] },
    'mail-service': { subscriptions: ['order.placed'], sagas: [] },
  };
  for (const number of [1, 2]) {
    const id = `order-service-${number}`;
    draft.instances[id] = {
      id,
      service: 'order-service',
      url: `http://127.0.0.1:300${number}`,
      status: 'ready',
      startedAt: new Date(0).toISOString(),
      registeredBy: 'supervisor',
    };
  }
  return draft;
}

it('of all callers: those that have called, the routes, and what leads to them', () => {
  const radius = blastRadius({ caller: '*', callee: 'user-service' }, discovery(), source);
  expect(radius).toEqual({
    callers: [
      { service: 'gateway', instances: 0 },
      { service: 'order-service', instances: 2 },
    ],
    routes: [
      { path: '/orders', service: 'order-service', isDirect: false },
      { path: '/users', service: 'user-service', isDirect: true },
      { path: '/shop', service: 'web-service', isDirect: false },
    ],
    subscriptions: ['order-service.user.registered'],
    sagas: [{ service: 'order-service', name: 'place-order' }],
  });
  expect(describeBlastRadius('*->user-service', radius, plain)).toMatchInlineSnapshot(`
    "*->user-service is felt by
      callers        gateway (0 instances), order-service (2 instances)
      routes         /users, /orders (through order-service), /shop (through web-service)
      subscriptions  order-service.user.registered
      sagas          place-order (order-service)
    "
  `);
});

it('of the gateway: only its routes', () => {
  const radius = blastRadius({ caller: 'gateway', callee: 'order-service' }, discovery(), source);
  expect(radius).toMatchObject({ routes: [{ path: '/orders', isDirect: true }], subscriptions: [], sagas: [] });
});

it('of one caller to all: what leads to that caller', () => {
  const { callers, routes, sagas } = blastRadius({ caller: 'order-service', callee: '*' }, discovery(), source);
  expect(callers).toEqual([{ service: 'order-service', instances: 2 }]);
  expect(routes.map(({ path }) => path)).toEqual(['/orders', '/shop']);
  expect(sagas).toHaveLength(1);
});

it('of nobody is said', () => {
  const radius = blastRadius({ caller: '*', callee: 'mail-service' }, discovery(), source);
  expect(describeBlastRadius('*->mail-service', radius, plain)).toMatch(/^Nobody is known/);
});

it('does not go round in circles', () => {
  const services = { a: { dependsOn: ['b'] }, b: { dependsOn: ['a'] } };
  const radius = blastRadius({ caller: '*', callee: 'a' }, emptyDiscovery(), { routes: [route('/a', 'a')], services });
  expect(radius.callers.map(({ service }) => service)).toEqual(['b', 'gateway']);
  expect(radius.routes).toHaveLength(1);
});

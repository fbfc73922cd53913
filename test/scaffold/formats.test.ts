import { expect, test } from 'vitest';
import { formats } from '../../src/scaffold/formats.js';

type Format = keyof typeof formats;

test.each<[Format, string, string]>([
  ['service-name', 'payment', 'payment-service'],
  ['service-name', 'payment-service', 'payment-service'],
  ['service-name', 'line-item', 'line-item-service'],
  ['service-name', 'a', 'a-service'],
  ['workspace-name', 'shop', 'shop'],
  ['saga-name', 'place-order', 'place-order'],
  ['event', 'order.placed', 'order.placed'],
  ['event', 'line-item.stock.moved', 'line-item.stock.moved'],
  ['path', '/orders', '/orders'],
  ['path', '/v1/orders/', '/v1/orders'],
  ['path', '/', '/'],
  ['port', '3001', '3001'],
  ['port', '0080', '80'],
])('%s takes %s', (format, answer, expected) => {
  expect(formats[format](answer)).toBe(expected);
});

test.each<[Format, string, string | undefined]>([
  ['service-name', 'Order Service', 'order-service'],
  ['service-name', 'OrderItem', 'order-item-service'],
  ['service-name', 'order_item', 'order-item-service'],
  ['service-name', '../evil', 'evil-service'],
  ['service-name', '@scope/payment', 'scope-payment-service'],
  ['service-name', '2fast', 'fast-service'],
  ['service-name', '-x', 'x-service'],
  ['service-name', 'Café', 'cafe-service'],
  ['service-name', 'заказ', undefined],
  ['service-name', 'service', undefined],
  ['service-name', '', undefined],
  ['service-name', 'a'.repeat(56), `${'a'.repeat(55)}-service`],
  ['workspace-name', 'My Shop', 'my-shop'],
  ['workspace-name', 'http', 'http-system'],
  ['workspace-name', 'node_modules', 'node-modules'],
  ['workspace-name', '.', undefined],
  ['workspace-name', 'a'.repeat(64), 'a'.repeat(63)],
  ['saga-name', 'placeOrder', 'place-order'],
  ['saga-name', 'index', undefined],
  ['event', 'OrderPlaced', 'order.placed'],
  ['event', 'order', undefined],
  ['event', 'order.*', undefined],
  ['path', 'orders', '/orders'],
  ['path', '/my orders', '/my-orders'],
  ['path', '/../x', '/x'],
  ['port', '0', undefined],
  ['port', '65536', undefined],
  ['port', '3001.5', undefined],
  ['port', 'http', undefined],
])('%s refuses "%s" and proposes %s', (format, answer, proposal) => {
  let thrown: unknown;
  try {
    formats[format](answer);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'INVALID_NAME', message: expect.stringContaining(`"${answer}"`) });
  expect(thrown).toMatchObject({ hint: proposal === undefined ? 'Choose another.' : `Try ${proposal}` });
  if (proposal !== undefined) expect(formats[format](proposal)).toBe(proposal);
});

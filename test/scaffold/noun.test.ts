import { expect, test } from 'vitest';
import { constant, nounOf } from '../../src/scaffold/noun.js';
import { plural, singular } from '../../src/scaffold/words.js';

test('a service name in every form that its code needs', () => {
  expect(nounOf('line-item-service')).toEqual({
    kebab: 'line-item',
    words: 'line item',
    one: 'lineItem',
    many: 'lineItems',
    type: 'LineItem',
    path: 'line-items',
    table: 'line_items',
  });
});

test.each([
  ['orders-service', { one: 'order', many: 'orders' }],
  ['class-service', { one: 'classItem', many: 'classes', type: 'Class' }],
  ['promise-service', { one: 'promise', type: 'PromiseItem' }],
  ['gas-service', { one: 'gas', many: 'allGas', table: 'gas' }],
  ['event-service', { one: 'eventItem', type: 'EventItem' }],
  ['param-service', { one: 'param', many: 'allParams' }],
  ['value-service', { table: 'values_table' }],
  ['group-service', { table: 'groups_table' }],
])('%s compiles', (service, expected) => {
  expect(nounOf(service)).toMatchObject(expected);
});

test.each([
  ['order', 'orders'],
  ['category', 'categories'],
  ['day', 'days'],
  ['address', 'addresses'],
  ['status', 'statuses'],
  ['box', 'boxes'],
  ['search', 'searches'],
])('%s, %s', (one, many) => {
  expect(plural(one)).toBe(many);
  expect(singular(many)).toBe(one);
  expect(singular(one)).toBe(one);
});

test('a constant collides with nothing', () => {
  expect(constant('order.placed', 'Event')).toBe('orderPlaced');
  expect(constant('place-order', 'Saga', ['placeOrder'])).toBe('placeOrderSaga');
  expect(constant('delete', 'Saga')).toBe('deleteSaga');
});

import { expect, it } from 'vitest';
import { checkBreakerName } from '../../src/breaker/check-breaker-name.js';

const services = ['order-service', 'product-service'];

it.each([
  ['gateway->order-service', 'gateway', 'order-service'],
  ['order-service->product-service', 'order-service', 'product-service'],
  ['*->product-service', '*', 'product-service'],
  ['gateway->*', 'gateway', '*'],
])('takes %s apart', (name, caller, callee) => {
  expect(checkBreakerName(name, services)).toEqual({ caller, callee });
});

it('knows no unknown callee, and names the nearest', () => {
  expect(() => checkBreakerName('gateway->produkt-service', services)).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND', message: expect.stringContaining('"product-service"') }),
  );
});

it('knows no unknown caller, and names the nearest', () => {
  expect(() => checkBreakerName('gatway->order-service', services)).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND', message: expect.stringContaining('"gateway"') }),
  );
});

it('calls the gateway by nobody', () => {
  expect(() => checkBreakerName('order-service->gateway', services)).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND' }),
  );
});

it('recognises a name that the shell has cut at the redirection', () => {
  expect(() => checkBreakerName('gateway-', services)).toThrow(
    expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('quote') }),
  );
});

it.each(['', '->', 'a->', '->b', 'a->b->c', 'gateway'])('refuses "%s"', (name) => {
  expect(() => checkBreakerName(name, services)).toThrow(expect.objectContaining({ code: 'USAGE' }));
});

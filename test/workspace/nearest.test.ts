import { expect, test } from 'vitest';
import { nearest, suggesting, suggestion } from '../../src/workspace/index.js';

test.each([
  ['srevices', 'services'],
  ['Services', 'services'],
  ['gatway', 'gateway'],
  ['completely-different', undefined],
])('%s -> %s', (word, expected) => {
  expect(nearest(word, ['name', 'broker', 'gateway', 'services'])).toBe(expected);
});

test.each([
  ['payment', 'payment-service'],
  ['order', 'order-service'],
  ['pa', undefined],
])('what %s begins is %s', (word, expected) => {
  const names = ['gateway', 'order-service-1', 'order-service-2', 'order-service', 'payment-service'];
  expect(nearest(word, names)).toBe(expected);
});

test('what two names begin alike is no suggestion', () => {
  expect(nearest('payment', ['payment-service', 'payment-gateway-service'])).toBeUndefined();
});

test('a suggestion is the nearest, or the choice, or nothing', () => {
  expect(suggestion('doker', ['docker', 'auto'])).toBe('; did you mean "docker"?');
  expect(suggestion('rabbit', ['docker', 'auto'])).toBe('; there is docker, auto');
  expect(suggestion('x', [])).toBe('');
});

test('a sentence ends with one stop', () => {
  expect(suggesting('There is none', 'doker', ['docker'])).toBe('There is none; did you mean "docker"?');
  expect(suggesting('There is none', 'rabbit', ['docker'])).toBe('There is none; there is docker.');
  expect(suggesting('There is none', 'x', [])).toBe('There is none.');
});

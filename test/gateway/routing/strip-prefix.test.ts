import { expect, it } from 'vitest';
import { stripPrefix } from '../../../src/gateway/routing/strip-prefix.js';

it.each([
  ['/api/v1/x', '/api', '/v1/x'],
  ['/api', '/api', '/'],
  ['/api/', '/api', '/'],
  ['/api//evil.example/x', '/api', '/evil.example/x'],
  ['/%61pi/x%20y', '/api', '/x%20y'],
  ['//api//v1/x/', '/api/v1/', '/x/'],
  ['/x/y', '/', '/x/y'],
])('strips %s under %s to %s', (path, route, expected) => {
  expect(stripPrefix(path, route)).toBe(expected);
});

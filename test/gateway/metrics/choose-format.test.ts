import { expect, it } from 'vitest';
import { chooseFormat } from '../../../src/gateway/metrics/choose-format.js';

const prometheus2 =
  'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

it.each([
  ['', 'prometheus'],
  ['*/*', 'prometheus'],
  ['text/plain', 'prometheus'],
  [prometheus2, 'openmetrics'],
  ['application/openmetrics-text; version=1.0.0', 'openmetrics'],
  ['application/openmetrics-text;q=0.2, text/plain;q=0.9', 'prometheus'],
  ['application/openmetrics-text;q=0', 'prometheus'],
  ['application/openmetrics-text;q=much, text/plain', 'prometheus'],
])('%j is answered with %s', (accept, format) => {
  expect(chooseFormat(accept)).toBe(format);
});

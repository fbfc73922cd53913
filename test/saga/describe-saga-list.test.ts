import { expect, it } from 'vitest';
import { describeSagaList } from '../../src/saga/describe-saga-list.js';
import { shortIds } from '../../src/saga/short-ids.js';
import { plain } from '../../src/text/style.js';
import { compensated, now, retrying } from './sample-sagas.js';

it('lists one saga a line', () => {
  expect(describeSagaList([compensated, { ...retrying, id: '9a6f3c1e-1' }], now, plain)).toMatchInlineSnapshot(`
    "SAGA      NAME         SERVICE        STATE        STEPS  STARTED   TOOK   ERROR
    0d6f3c1e  place-order  order-service  compensated  0/4    10 s ago  1.2 s  product p-1 has 2 in stock, not 3
    9a6f3c1e  place-order  order-service  running      1/4    10 s ago  10 s
    "
  `);
});

it('says that there is none', () => {
  expect(describeSagaList([], now, plain)).toMatch(/^No saga/);
});

it('shows more of the ids where two begin alike', () => {
  expect(shortIds(['12345678-a1', '12345678-b1', '99999999-a1'])).toEqual(['12345678-a', '12345678-b', '99999999-a']);
  expect(shortIds(['same', 'same'])).toEqual(['same', 'same']);
});

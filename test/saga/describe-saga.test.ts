import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { describeSaga } from '../../src/saga/describe-saga.js';
import { dateAndTime, timeOfDay } from '../../src/text/moment.js';
import { coloured, plain } from '../../src/text/style.js';
import { compensated, completed, now, orphaned, retrying, stuck } from './sample-sagas.js';

const draw = (saga: typeof compensated) =>
  describeSaga(saga, { style: plain, columns: 80, now })
    .replaceAll(dateAndTime(saga.startedAt), '<start>')
    .replaceAll(saga.lease === undefined ? '<no lease>' : timeOfDay(saga.lease.until), '<lease>');

it('draws a saga that was undone, with every attempt, key and error', () => {
  expect(draw(compensated)).toMatchInlineSnapshot(`
    "place-order  0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c
    compensated in 1.2 s
    because product p-1 has 2 in stock, not 3
    started   <start> by order-service
    trace     4bf92f3577b34da6a3ce929d0e0e4736
    input     {"userId":"u-1","items":[{"productId":"p-1","quantity":3}]}

    ↩ create-order   compensatable  compensated   1.2 s
    │   do        completed    12 ms
    │   undo      completed    9 ms
    │   key   0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:create-order:do|undo
    ✗ reserve-stock  compensatable  failed        1.1 s
    │   do        failed       501 ms  product-service answered 503
    │   do    #2  timed-out    500 ms  no answer from product-service within 500 ms
    │   do    #3  rejected     4 ms    see above
    │   key   0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:reserve-stock:do
    ○ debit-wallet   pivot          pending
    ○ confirm-order  retriable      pending

    undone in this order: create-order
    Nothing to do: what was done is undone.
    "
  `);
});

it('draws one that has completed', () => {
  expect(draw(completed)).toMatchInlineSnapshot(`
    "place-order  0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c
    completed in 57 ms
    started   <start> by order-service
    trace     4bf92f3577b34da6a3ce929d0e0e4736
    input     {"userId":"u-1","items":[{"productId":"p-1","quantity":3}]}

    ● create-order  compensatable  completed     12 ms
    │   do        completed    12 ms
    │   key   0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:create-order:do
    ● debit-wallet  pivot          completed     41 ms
        do        completed    41 ms
        key   0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:debit-wallet:do

    Nothing to do: it has completed.
    "
  `);
});

it('shows the first and the latest of many attempts, and when the next one is due', () => {
  expect(draw(retrying)).toMatchInlineSnapshot(`
    "place-order  0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c
    running for 10 s
    started   <start> by order-service
    trace     4bf92f3577b34da6a3ce929d0e0e4736
    input     {"userId":"u-1","items":[{"productId":"p-1","quantity":3}]}
    holder    order-service-2, lease until <lease>, taken over once

    ● debit-wallet   pivot          completed     41 ms
    │   do        completed    41 ms
    │   key   0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:debit-wallet:do
    ◐ confirm-order  retriable      running       9 s
        do        failed       3 ms    order-service answered 500
        do    #2  failed       3 ms    order-service answered 500
        do    #3  failed       3 ms    order-service answered 500
        ... 3 more attempts
        do    #7  failed       3 ms    order-service answered 500
        do    #8  failed       3 ms    order-service answered 500
        do    #9  failed       3 ms    order-service answered 500
        key   0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:confirm-order:do

    Next: confirm-order in 3 s.
    "
  `);
});

it('says what to start when nobody runs it', () => {
  expect(draw(orphaned)).toMatchInlineSnapshot(`
    "place-order  0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c
    running for 10 s
    started   <start> by order-service
    trace     4bf92f3577b34da6a3ce929d0e0e4736
    input     {"userId":"u-1","items":[{"productId":"p-1","quantity":3}]}
    holder    order-service-1, lease ran out 5 s ago

    ◐ create-order  compensatable  running
        do        running
        key   0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:create-order:do

    Nobody runs it. Start order-service with \`mscli up\`: it goes on with
    create-order.
    "
  `);
});

it('tells a person what to undo when it is stuck', () => {
  expect(draw(stuck)).toMatchInlineSnapshot(`
    "place-order  0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c
    stuck in 900 ms
    because create-order could not be undone
    started   <start> by order-service
    trace     4bf92f3577b34da6a3ce929d0e0e4736
    input     {"userId":"u-1","items":[{"productId":"p-1","quantity":3}]}

    ! create-order  compensatable  stuck         800 ms
    │   do        completed    12 ms
    │   undo      failed       3 ms    the order has been shipped
    │   key   0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:create-order:do|undo
    ✗ debit-wallet  pivot          failed        5 ms
        do        rejected     5 ms    not enough money
        key   0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:debit-wallet:do

    undone in this order: create-order
    Nothing happens until a person acts: undo by hand what these did, or find that
    they did nothing: create-order (key
    0d6f3c1e-7d0b-4b0e-9d59-1b1d2f3a4b5c:create-order:undo).
    "
  `);
});

it('says the same in colour', () => {
  const painted = describeSaga(compensated, { style: coloured, columns: 80, now });
  expect(painted).toContain('\u001b[33m');
  expect(stripVTControlCharacters(painted)).toBe(describeSaga(compensated, { style: plain, columns: 80, now }));
});

it.each([completed, compensated, retrying, orphaned, stuck])('keeps within 80 columns ($state)', (saga) => {
  const long = { ...saga, error: { code: 'X', message: 'a long story about what went wrong '.repeat(6) } };
  const lines = describeSaga(long, { style: plain, columns: 80, now }).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});

import { expect, it } from 'vitest';
import { Departure } from '../../../src/gateway/forwarding/departure.js';

function told(departure: Departure) {
  const listener = { times: 0 };
  departure.tell(() => {
    listener.times += 1;
  });
  return listener;
}

it('tells the latest who waits, once', () => {
  const departure = new Departure();
  const [first, second] = [told(departure), told(departure)];
  departure.happen();
  expect([first.times, second.times]).toEqual([0, 1]);
});

it('tells who comes late at once', () => {
  const departure = new Departure();
  departure.happen();
  expect(told(departure).times).toBe(1);
});

it('tells nobody who has been forgotten', () => {
  const departure = new Departure();
  const listener = told(departure);
  departure.forget();
  departure.happen();
  expect(listener.times).toBe(0);
});

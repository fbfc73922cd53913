import { expect, it } from 'vitest';
import { describeEvent } from '../../src/events/describe-event.js';
import type { SeenEvent } from '../../src/events/see-event.js';
import { coloured, plain } from '../../src/text/style.js';

const event: SeenEvent = {
  time: '2026-11-22T17:03:12.045Z',
  key: 'order.placed',
  type: 'order.placed',
  source: 'order-service',
  id: '26cfce7c-6803-434f-b966-424fb424a7dc',
  trace: '91148240091b8a7cd3d564296273d509',
  data: { id: 1 },
  cloudEvent: true,
};
const withoutTime = (line: string) => line.replace(/^\d\d:\d\d:12\.045 {2}/, '');

it('shows key, source, id, trace and data in columns', () => {
  expect(withoutTime(describeEvent(event, plain))).toBe(
    'order.placed            order-service    26cfce7c  91148240  {"id":1}',
  );
});

it('shows ids in full where asked to', () => {
  expect(describeEvent(event, plain, { full: true })).toContain(`${event.id}  ${event.trace}  {"id":1}`);
});

it('marks what is no CloudEvent', () => {
  const { trace: _, ...other } = { ...event, cloudEvent: false };
  expect(withoutTime(describeEvent(other, plain))).toMatch(/26cfce7c {2}- {9}\{"id":1\} {2}\(not a CloudEvent\)$/);
});

it('gives keys that begin alike the same colour', () => {
  const colourOf = (key: string) => /\[(3\d)m/.exec(describeEvent({ ...event, key }, coloured))?.[1];
  expect(colourOf('order.placed')).toBe(colourOf('order.cancelled'));
  expect(new Set(['order.a', 'user.a', 'payment.a', 'product.a', 'saga.a'].map(colourOf)).size).toBeGreaterThan(1);
});

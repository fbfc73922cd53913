import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEvent, type Event, encodeEvent } from '../../src/events/index.js';

const event: Event = {
  id: '5f0c',
  type: 'order.placed',
  source: 'order-service',
  time: '2026-01-02T03:04:05.678Z',
  data: { total: 5 },
};
const foreign = (content: string, properties = {}) => ({
  exchange: 'events',
  routingKey: 'order.placed',
  content: Buffer.from(content),
  properties,
});

describe('encodeEvent', () => {
  test('writes CloudEvents 1.0 in binary mode', () => {
    const message = encodeEvent(
      { ...event, subject: 'order/1', key: 'c7', traceparent: '00-a-b-01' },
      'order-service-1',
    );
    expect(message).toEqual({
      exchange: 'events',
      routingKey: 'order.placed',
      content: Buffer.from('{"total":5}'),
      properties: {
        messageId: '5f0c',
        type: 'order.placed',
        appId: 'order-service-1',
        timestamp: 1_767_323_045,
        contentType: 'application/json',
        headers: {
          'cloudEvents:specversion': '1.0',
          'cloudEvents:id': '5f0c',
          'cloudEvents:source': 'order-service',
          'cloudEvents:type': 'order.placed',
          'cloudEvents:time': '2026-01-02T03:04:05.678Z',
          'cloudEvents:subject': 'order/1',
          'cloudEvents:partitionkey': 'c7',
          traceparent: '00-a-b-01',
        },
      },
    });
  });

  test('refuses data that is no JSON, and attributes that would not fit into a frame', () => {
    const circular: { self?: unknown } = {};
    circular.self = circular;
    expect(() => encodeEvent({ ...event, data: circular })).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }));
    expect(() => encodeEvent({ ...event, data: 1n })).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }));
    expect(() => encodeEvent({ ...event, subject: 'x'.repeat(1001) })).toThrow('not 1001');
  });
});

test('encodeEvent refuses data that no broker takes', () => {
  const data = 'x'.repeat(16 * 1024 * 1024);
  expect(() => encodeEvent({ ...event, data })).toThrow(
    expect.objectContaining({ code: 'INVALID_EVENT', message: expect.stringContaining('16777218 bytes') }),
  );
});

describe('decodeEvent', () => {
  test('reads whatever encodeEvent writes', () => {
    const text = fc.string({ minLength: 1, maxLength: 1000, unit: 'grapheme' }).filter((value) => value.length <= 1000);
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const anEvent = fc.record({
      id: text,
      source: text,
      subject: optional(text),
      key: optional(text),
      data: fc.jsonValue(),
    });
    fc.assert(
      fc.property(anEvent, ({ subject, key, ...rest }) => {
        const whole = { ...event, ...rest, ...(subject && { subject }), ...(key && { key }) };
        expect(decodeEvent(encodeEvent(whole))).toEqual({ ...whole, data: JSON.parse(JSON.stringify(whole.data)) });
      }),
    );
  });

  test('fills in what a foreign message lacks', () => {
    const now = () => new Date('2026-01-01T00:00:00.000Z');
    expect(decodeEvent(foreign('{"n":1}'), now)).toEqual({
      id: expect.stringMatching(/^sha256-[0-9a-f]{32}$/),
      type: 'order.placed',
      source: 'unknown',
      time: '2026-01-01T00:00:00.000Z',
      data: { n: 1 },
    });
    const named = foreign('1', { messageId: 'm1', appId: 'legacy', timestamp: 1_767_323_045 });
    expect(decodeEvent(named)).toMatchObject({ id: 'm1', source: 'legacy', time: '2026-01-02T03:04:05.000Z' });
  });

  test('derives the same id for the same message, and another for another', () => {
    const id = (content: string, properties = {}) => decodeEvent(foreign(content, properties)).id;
    expect(id('{"n":1}')).toBe(id('{"n":1}'));
    expect(id('{"n":1}')).not.toBe(id('{"n":2}'));
    expect(id('{"n":1}')).not.toBe(id('{"n":1}', { timestamp: 5 }));
  });

  test('understands structured mode and the other prefix', () => {
    const { data, ...attributes } = event;
    const structured = foreign(JSON.stringify({ specversion: '1.0', ...attributes, data }), {
      contentType: 'application/cloudevents+json; charset=utf-8',
    });
    expect(decodeEvent(structured)).toEqual(event);
    const underscored = foreign('{}', { headers: { cloudEvents_id: 'u1', cloudEvents_type: 'a.b' } });
    expect(decodeEvent(underscored)).toMatchObject({ id: 'u1', type: 'a.b' });
  });

  test('takes text for text, and nothing for null', () => {
    expect(decodeEvent(foreign('hello', { contentType: 'text/plain' })).data).toBe('hello');
    expect(decodeEvent(foreign('')).data).toBe(null);
  });

  test('never throws anything but INVALID_EVENT, whatever arrives', () => {
    const properties = fc.record({
      headers: fc.object(),
      contentType: fc.string(),
      messageId: fc.string(),
      timestamp: fc.maxSafeInteger(),
    });
    fc.assert(
      fc.property(fc.uint8Array(), properties, (content, properties) => {
        try {
          expect(decodeEvent({ ...foreign('', properties), content: Buffer.from(content) }).id).not.toBe('');
        } catch (error) {
          expect(error).toMatchObject({ code: 'INVALID_EVENT' });
        }
      }),
    );
  });
});

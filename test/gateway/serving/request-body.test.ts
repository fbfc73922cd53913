import { describe, expect, it } from 'vitest';
import { RequestBody } from '../../../src/gateway/serving/request-body.js';

function recording({ isBlocked = (): boolean => false } = {}) {
  const events: string[] = [];
  const sink = {
    part: (part: Buffer) => void events.push(part.length > 100 ? String(part.length) : part.toString()),
    end: (trailers: readonly string[]) => void events.push(`end ${trailers}`),
    flush: () => {
      events.push('flush');
      return isBlocked();
    },
  };
  const source = { pause: () => void events.push('pause'), resume: () => void events.push('resume') };
  return { events, sink, body: new RequestBody(source) };
}

describe('a body', () => {
  it('is held until somebody wants it, and then flows', () => {
    const { events, sink, body } = recording();
    body.part(Buffer.from('one'));
    body.flush();
    expect(events).toEqual([]);
    body.flow(sink);
    body.part(Buffer.from('two'));
    body.complete(['A', '1']);
    body.flush();
    expect(events).toEqual(['one', 'flush', 'resume', 'two', 'end A,1', 'flush']);
    expect(body.isTouched).toBe(true);
  });

  it('flows twice where it was there as a whole', () => {
    const { events, sink, body } = recording();
    body.part(Buffer.from('all'));
    body.complete([]);
    body.flow(sink);
    body.flow(sink);
    expect(events).toEqual(['all', 'end ', 'flush', 'all', 'end ', 'flush']);
    expect(body.isTouched).toBe(false);
  });

  it('makes its source wait when nobody takes it, and when who takes it must wait', () => {
    let isBlocked = true;
    const { events, sink, body } = recording({ isBlocked: () => isBlocked });
    body.part(Buffer.alloc(64 * 1024));
    body.flush();
    body.flow(sink);
    expect(events).toEqual(['pause', '65536', 'flush', 'pause']);
    body.part(Buffer.from('more'));
    body.flush();
    expect(events).toHaveLength(4);
    isBlocked = false;
    body.resume();
    expect(events.slice(4)).toEqual(['more', 'flush', 'resume']);
  });

  it('keeps its end back while who takes it must wait', () => {
    let isBlocked = true;
    const { events, sink, body } = recording({ isBlocked: () => isBlocked });
    body.flow(sink);
    body.part(Buffer.from('rest'));
    body.complete([]);
    expect(events).toEqual(['flush', 'pause']);
    isBlocked = false;
    body.resume();
    expect(events.slice(2)).toEqual(['rest', 'end ', 'flush']);
  });

  it('that nobody wants any more is thrown away, and its source goes on', () => {
    const { events, sink, body } = recording({ isBlocked: () => true });
    body.flow(sink);
    body.drop();
    body.part(Buffer.from('lost'));
    body.complete([]);
    body.flush();
    expect(events).toEqual(['flush', 'pause', 'resume']);
  });

  it('of a request without one is complete from the beginning', () => {
    const { events, sink } = recording();
    const body = new RequestBody();
    expect(body.isComplete).toBe(true);
    body.flow(sink);
    expect(events).toEqual(['end ', 'flush']);
  });
});

import { describe, expect, it } from 'vitest';
import { Channel, type Procedures } from '../../../src/gateway/workers/channel.js';

/** Two ends whose messages go through JSON, as between processes. */
function pair<Left extends Procedures, Right extends Procedures>(left: Left, right: Right) {
  const messages: string[] = [];
  const carry = (message: unknown, to: () => { receive(message: unknown): void }) => {
    const text = JSON.stringify(message);
    messages.push(text);
    setImmediate(() => to().receive(JSON.parse(text)));
  };
  const a: Channel<Left, Right> = new Channel((message) => carry(message, () => b), left);
  const b: Channel<Right, Left> = new Channel((message) => carry(message, () => a), right);
  return { a, b, messages };
}

describe('Channel', () => {
  it('answers each question, at once or later, both ways', async () => {
    const { a, b } = pair(
      { half: (number: number) => number / 2 },
      { twice: (number: number) => number * 2, late: async (text: string) => `${text}!` },
    );
    const answers = await Promise.all([
      a.ask('late', ['later'], 5_000),
      a.ask('twice', [2], 5_000),
      b.ask('half', [2], 5_000),
    ]);
    expect(answers).toEqual(['later!', 4, 1]);
  });

  it('sends what is said in one turn as one message, in order, and the answers too', async () => {
    const heard: string[] = [];
    const hear = (text: string) => heard.push(text);
    const { a, messages } = pair({}, { hear });
    a.tell('hear', 'first');
    const answers = Array.from({ length: 50 }, (_, i) => a.ask('hear', [`${i}`], 5_000));
    a.tell('hear', 'last');
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 50 }, (_, i) => i + 2));
    expect([heard.at(0), heard.at(-1)]).toEqual(['first', 'last']);
    expect(messages).toHaveLength(2);
  });

  it('gives up on an answer that does not come in time, and passes over one that comes too late', async () => {
    let answer = (_: string) => {};
    const slow = () =>
      new Promise<string>((resolve) => {
        answer = resolve;
      });
    const { a } = pair({}, { slow, quick: () => 'here' });
    expect(await a.ask('slow', [], 5)).toBeUndefined();
    answer('too late');
    expect(await a.ask('quick', [], 5_000)).toBe('here');
  });

  it('leaves nobody waiting when the other side is gone', async () => {
    const { a, messages } = pair({}, { never: () => new Promise<string>(() => {}) });
    const asked = a.ask('never', [], 60_000);
    a[Symbol.dispose]();
    expect(await asked).toBeUndefined();
    expect(await a.ask('never', [], 60_000)).toBeUndefined();
    expect(messages).toEqual([]);
  });

  it('passes over what is no message of its own', () => {
    const { a } = pair({}, {});
    for (const strange of [undefined, 'text', { cmd: 'NODE_X' }]) expect(() => a.receive(strange)).not.toThrow();
  });
});

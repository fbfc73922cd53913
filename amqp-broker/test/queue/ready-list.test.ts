import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodySize } from '../../src/message.js';
import type { Backlog } from '../../src/queue/backlog.js';
import type { Entry } from '../../src/queue/entry.js';
import { ReadyList } from '../../src/queue/ready-list.js';
import { entryOf } from '../support/parts.js';

const steps = fc.array(fc.oneof(fc.constant('push'), fc.constant('shift'), fc.nat({ max: 50 })), { maxLength: 200 });

/** So many messages from before the broker started. */
function backlogOf(count: number): Backlog {
  const entries = Array.from({ length: count }, (_, index) => entryOf(index + 1));
  return {
    last: count,
    expiresAt: Number.POSITIVE_INFINITY,
    get length() {
      return entries.length;
    },
    get bytes() {
      return entries.reduce((sum, { message }) => sum + bodySize(message), 0);
    },
    next: () => entries.shift(),
  };
}

test('whatever is put back or was restored, messages leave in the order of their sequence', () => {
  fc.assert(
    fc.property(steps, fc.nat({ max: 200 }), fc.boolean(), (script, restored, looked) => {
      const list = new ReadyList();
      if (restored > 0) list.restore(backlogOf(restored));
      const model: number[] = Array.from({ length: restored }, (_, index) => index + 1);
      const out: Entry[] = [];
      let next = restored + 1;
      for (const step of script) {
        if (step === 'push') {
          model.push(next);
          list.push(entryOf(next++));
          // Compaction looks at all of them at any time.
          if (looked && next % 7 === 0) expect(list.toArray()).toHaveLength(model.length);
        } else if (step === 'shift') {
          const entry = list.shift();
          expect(entry?.sequence).toBe(model.shift());
          if (entry !== undefined) out.push(entry);
        } else if (typeof step === 'number' && out.length > 0) {
          const [entry] = out.splice(step % out.length, 1) as [Entry];
          list.putBack(entry);
          model.push(entry.sequence);
          model.sort((a, b) => a - b);
        }
        expect(list.length).toBe(model.length);
        expect(list.first()?.sequence).toBe(model[0]);
      }
      expect(list.bytes).toBe(0);
      expect(
        list
          .toArray()
          .map((entry) => entry.sequence)
          .sort((a, b) => a - b),
      ).toEqual(model);
    }),
  );
});

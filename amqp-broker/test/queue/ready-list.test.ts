import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Entry } from '../../src/queue/entry.js';
import { ReadyList } from '../../src/queue/ready-list.js';
import { entryOf } from '../support/parts.js';

const steps = fc.array(fc.oneof(fc.constant('push'), fc.constant('shift'), fc.nat({ max: 50 })), { maxLength: 200 });

test('whatever is put back, messages leave in the order of their sequence', () => {
  fc.assert(
    fc.property(steps, (script) => {
      const list = new ReadyList();
      const model: number[] = [];
      const out: Entry[] = [];
      let next = 1;
      for (const step of script) {
        if (step === 'push') {
          model.push(next);
          list.push(entryOf(next++));
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
      expect([...list].map((entry) => entry.sequence).sort((a, b) => a - b)).toEqual(model);
    }),
  );
});

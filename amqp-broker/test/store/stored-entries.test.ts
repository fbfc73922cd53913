import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MessageTable } from '../../src/store/message-table.js';
import { StoredEntries } from '../../src/store/stored-entries.js';

const sequences = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 50 });
const steps = fc.array(
  fc.tuple(fc.constantFrom('settle', 'deliver', 'add', 'add', 'restart'), fc.integer({ min: 1, max: 80 })),
  {
    maxLength: 100,
  },
);

test('what was added and not settled is left, in order and marked when it was delivered', () => {
  fc.assert(
    fc.property(sequences, steps, (added, script) => {
      const table = new MessageTable();
      const entries = new StoredEntries(table);
      const model = new Map<number, boolean>();
      const add = (sequence: number) => {
        const row = table.add();
        table.sequences[row] = sequence;
        entries.add(row);
        model.set(sequence, false);
      };
      for (const sequence of added) add(sequence);
      let next = Math.max(0, ...added) + 1;
      for (const [step, number] of script) {
        if (step === 'add') add(next++);
        // A broker that starts goes on behind what is left, with numbers that settled messages had.
        else if (step === 'restart') next = Math.max(0, ...model.keys()) + 1;
        else if (step === 'settle') {
          entries.settle(number);
          model.delete(number);
        } else {
          entries.delivered(number);
          if (model.has(number)) model.set(number, true);
        }
      }
      const left = entries.left().map((row) => [table.sequences[row], table.redelivered[row] === 1]);
      expect(left).toEqual([...model].sort(([a], [b]) => a - b));
    }),
  );
});

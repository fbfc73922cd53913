import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keptLines } from '../../../src/gateway/headers/kept-lines.js';
import { keepFields } from '../../../src/gateway/headers/raw-headers.js';
import { RelayedFields } from '../../../src/gateway/headers/relayed-fields.js';
import type { AnswerHead } from '../../../src/gateway/http1/answer-reader.js';
import { fieldLines } from '../../../src/gateway/http1/field-text.js';

const fields = (...names: string[]) =>
  fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom('', 'a', 'close', 'x-b'))).map((pairs) => pairs.flat());

it('cuts out what is kept as if it were put together anew', () => {
  fc.assert(
    fc.property(fields('A', 'bb', 'CCC'), fc.subarray(['A', 'bb', 'CCC']), fc.boolean(), (all, dropped, isAtHand) => {
      const kept = fieldLines(keepFields(all, (name) => !dropped.some((one) => one.toLowerCase() === name)));
      const lines = isAtHand ? fieldLines(all) : undefined;
      expect(keptLines(all, lines, (name) => dropped.includes(name))).toBe(kept);
    }),
  );
});

it('says the same of an answer in pairs and in lines', () => {
  const names = [
    'Date',
    'date',
    'Content-Type',
    'Content-Length',
    'Connection',
    'X-B',
    'Trailer',
    'X-Request-Id',
    'Set-Cookie',
  ];
  const edits = fc.option(
    fc.record({
      drop: fc.subarray(['x-b', 'date', 'content-type']).map((all) => new Set(all)),
      add: fields('X-Added'),
    }),
    { nil: undefined },
  );
  const statuses = fc.constantFrom(200, 204, 304);
  fc.assert(
    fc.property(
      fields(...names),
      edits,
      statuses,
      fc.boolean(),
      fc.boolean(),
      (all, edit, status, takesTrailers, isAtHand) => {
        const lines = isAtHand ? fieldLines(all) : undefined;
        const answer: AnswerHead = { status, reason: 'OK', httpVersion: '1.1', headers: all, lines };
        const relayed = new RelayedFields(answer, { requestId: 'id', date: 'now', edits: edit }, { takesTrailers });
        expect(relayed.lines).toBe(fieldLines(relayed.pairs));
      },
    ),
  );
});

import { expect, it } from 'vitest';
import { describeReady } from '../../src/gateway/describe-ready.js';

const ready = { url: 'http://127.0.0.1:8080', routes: 3 };

it('says where it listens, and that it is one process where mscli.yaml asks for more', () => {
  expect(describeReady(ready, {})).toBe('gateway on http://127.0.0.1:8080, routes: 3; Ctrl-C ends it');
  expect(describeReady(ready, { workers: 1 })).toBe(describeReady(ready, {}));
  expect(describeReady(ready, { workers: 2 })).toContain('; one process, since gateway.workers holds for `mscli up`;');
});

import { expect, it } from 'vitest';
import { HandshakeLog } from '../../../src/gateway/listener/handshake-log.js';
import type { LogEntry } from '../../../src/gateway/log.js';

it('tells one of many, and later how many there were', () => {
  const lines: LogEntry[] = [];
  let now = 0;
  const handshakes = new HandshakeLog(
    (entry) => lines.push(entry),
    () => now,
  );
  for (let n = 0; n < 500; n++) handshakes.failed(Object.assign(new Error('x'), { code: 'ECONNRESET' }), '192.0.2.1');
  expect(lines).toEqual([{ level: 'info', msg: 'a TLS handshake failed', cause: 'ECONNRESET', address: '192.0.2.1' }]);
  now = 10_000;
  handshakes.failed(new Error('no code'), undefined);
  expect(lines[1]).toMatchObject({ cause: 'no code', others: 499 });
});

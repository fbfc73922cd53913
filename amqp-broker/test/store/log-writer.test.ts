import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LogLine } from '../../src/log.js';
import { LogWriter } from '../../src/store/log-writer.js';
import { MAGIC } from '../../src/store/record.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('after a failed write publishes are refused until the journal could be written anew', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'journal');
  const real = await open(path, 'w+');
  let full = true;
  const file = new Proxy(real, {
    get(target, name) {
      if (name === 'write' && full)
        return () => Promise.reject(Object.assign(new Error('disk full'), { code: 'ENOSPC' }));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const log: LogLine[] = [];
  let snapshots = 0;
  const writer = new LogWriter({
    path,
    file,
    size: 0,
    log: (line) => log.push(line),
    live: () => 0,
    *snapshot() {
      snapshots += 1;
      if (full) throw new Error('disk full');
      yield Buffer.concat([MAGIC, Buffer.from('snapshot')]);
    },
  });
  const publish = () => {
    const batch = writer.append();
    batch.records.octet(1);
    return new Promise<boolean>((resolve) => batch.wait(resolve));
  };
  expect(await publish()).toBe(false);
  expect(await publish()).toBe(false);
  full = false;
  expect(await publish()).toBe(true);
  expect(snapshots).toBe(2);
  expect(await publish()).toBe(true);
  expect(writer.size).toBe(MAGIC.length + 'snapshot'.length + 1);
  await writer.close();
  expect(log.map((line) => line.level)).toContain('error');
});

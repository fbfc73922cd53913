import { expect, it } from 'vitest';
import { gatherLines } from '../../src/gateway/gather-lines.js';
import { jsonLog } from '../../src/gateway/log.js';

it('writes the lines of one turn together, in order, and at a flush what is left', async () => {
  const written: string[] = [];
  const lines = gatherLines((text) => written.push(text));
  lines.write('a\n');
  lines.write('b\n');
  expect(written).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual(['a\nb\n']);
  lines.write('c\n');
  lines.flush();
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual(['a\nb\n', 'c\n']);
});

it('logs JSON lines that no field can break', () => {
  const written: string[] = [];
  const log = jsonLog(
    (line) => written.push(line),
    { service: 'gateway', instance: 'gateway-1' },
    () => new Date(0),
  );
  log({ level: 'info', msg: 'request', path: '/a"\n' });
  expect(written).toEqual([
    '{"time":"1970-01-01T00:00:00.000Z","service":"gateway","instance":"gateway-1","level":"info","msg":"request","path":"/a\\"\\n"}\n',
  ]);
});

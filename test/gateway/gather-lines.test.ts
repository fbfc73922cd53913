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
    () => 0,
  );
  log({ level: 'info', msg: 'request', path: '/a"\n' });
  expect(written).toEqual([
    '{"time":"1970-01-01T00:00:00.000Z","service":"gateway","instance":"gateway-1","level":"info","msg":"request","path":"/a\\"\\n"}\n',
  ]);
});

it('writes what is no plain text as JSON does, and leaves out what is not there', () => {
  const written: string[] = [];
  const log = jsonLog(
    (line) => written.push(line),
    { service: 'gateway', instance: 'gateway-1' },
    () => 0,
  );
  const entry = {
    level: 'warn' as const,
    msg: 'ä\u2028\ud800\\',
    faults: ['"'],
    status: 200,
    share: 0.25,
    cause: undefined,
  };
  log(entry);
  const { time, service, instance, ...rest } = JSON.parse(written[0] ?? '');
  expect({ time, service, instance }).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    service: 'gateway',
    instance: 'gateway-1',
  });
  expect(JSON.stringify(rest)).toBe(JSON.stringify(entry));
});

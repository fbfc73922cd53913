import { expect, it, vi } from 'vitest';
import { gatherLines } from '../../src/gateway/gather-lines.js';
import { jsonLog } from '../../src/gateway/log.js';

function recording({ isSlow = false } = {}) {
  const written: Buffer[] = [];
  const outlet = { writableLength: isSlow ? 1 : 0, write: (bytes: Buffer) => written.push(bytes) };
  const held = () =>
    [...new Set(written.map(({ buffer }) => buffer))].reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { lines: gatherLines(outlet), texts: () => written.map(String), held };
}

it('writes the lines of a moment together, in order, and at a flush what is left', async () => {
  const { lines, texts } = recording();
  lines.write('a\n');
  lines.write('ä\n');
  expect(texts()).toEqual([]);
  await vi.waitFor(() => expect(texts()).toEqual(['a\nä\n']));
  lines.write('c\n');
  lines.flush();
  lines.flush();
  expect(texts().slice(1)).toEqual(['c\n']);
});

it('writes at once what there is no more room for, and in its turn what is longer than all room', () => {
  const { lines, texts } = recording({ isSlow: true });
  const long = `${'€'.repeat(20_000)}\n`;
  const all = ['first\n', long, long, `${'x'.repeat(200_000)}\n`, 'last\n'];
  for (const line of all) lines.write(line);
  lines.flush();
  expect(texts().join('')).toBe(all.join(''));
});

it('holds no more for a reader that is behind than what it has to read', () => {
  const { lines, texts, held } = recording({ isSlow: true });
  for (let n = 0; n < 100; n++) {
    lines.write(`${n}\n`);
    lines.flush();
  }
  expect(texts()).toHaveLength(100);
  expect(held()).toBeLessThan(100_000);
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

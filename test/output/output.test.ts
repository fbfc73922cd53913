import { expect, it } from 'vitest';
import { failure } from '../../src/errors.js';
import { Output } from '../../src/output/output.js';

function sink(isTTY = false) {
  const written: string[] = [];
  return { isTTY, columns: 100, written, write: (text: string) => written.push(text) > 0 };
}

function output({
  json = false,
  tty = false,
  env = {},
}: {
  json?: boolean;
  tty?: boolean;
  env?: Record<string, string>;
}) {
  const [stdout, stderr] = [sink(tty), sink(tty)];
  return { stdout, stderr, output: new Output({ json, env, stdout: stdout as never, stderr: stderr as never }) };
}

it('writes a result as text to stdout, ended by a newline', () => {
  const { output: out, stdout, stderr } = output({});
  out.result({ name: 'a' }, ({ name }) => name);
  expect([stdout.written, stderr.written]).toEqual([['a\n'], []]);
});

it('writes a result as JSON, and a stream as JSON lines', () => {
  const { output: out, stdout } = output({ json: true });
  out.result({ name: 'a' }, () => 'text');
  out.row({ name: 'b' }, () => 'text');
  expect(stdout.written).toEqual(['{\n  "name": "a"\n}\n', '{"name":"b"}\n']);
});

it.each([
  [{ tty: false }, false],
  [{ tty: true }, true],
  [{ tty: true, env: { NO_COLOR: '1' } }, false],
  [{ tty: true, env: { TERM: 'dumb' } }, false],
  [{ tty: false, env: { FORCE_COLOR: '1' } }, true],
  [{ tty: true, env: { NO_COLOR: '1', FORCE_COLOR: '1' } }, false],
])('paints only where it is seen: %j', (options, painted) => {
  const { output: out, stdout } = output(options);
  out.result('x', (text, { style }) => style.red(text));
  expect(stdout.written[0] !== 'x\n').toBe(painted);
});

it('tells an error, its innermost cause and the way out', () => {
  const { output: out, stdout, stderr } = output({});
  const cause = new Error('outer', { cause: new Error('ECONNREFUSED') });
  out.failure(failure('NOT_RUNNING', 'nothing runs in "shop"', { hint: 'run `mscli up`', cause }));
  expect(stdout.written).toEqual([]);
  expect(stderr.written.join('')).toBe('error: nothing runs in "shop"\n  because: ECONNREFUSED\n  run `mscli up`\n');
});

it('does not take the blame for what the system refuses', () => {
  const { output: out, stderr } = output({});
  out.failure(Object.assign(new Error('EACCES: permission denied, mkdir /x'), { code: 'EACCES', syscall: 'mkdir' }));
  expect(stderr.written.join('')).toMatch(/^error: EACCES: permission denied, mkdir \/x\n(?!.*did not expect).*\n$/);
});

it('tells it in JSON, on stderr', () => {
  const { output: out, stdout, stderr } = output({ json: true });
  out.failure(failure('NOT_RUNNING', 'nothing runs', { hint: 'run `mscli up`' }));
  expect(stdout.written).toEqual([]);
  expect(JSON.parse(stderr.written.join(''))).toEqual({
    error: { code: 'NOT_RUNNING', message: 'nothing runs', hint: 'run `mscli up`' },
  });
});

it('admits a fault of its own, and shows where with MSCLI_DEBUG', () => {
  const plain = output({});
  plain.output.failure(new TypeError('x is undefined'));
  expect(plain.stderr.written.join('')).toContain('MSCLI_DEBUG=1');
  const debug = output({ env: { MSCLI_DEBUG: '1' } });
  debug.output.failure(new TypeError('x is undefined'));
  expect(debug.stderr.written.join('')).toContain('output.test.ts');
});

it.each([
  [true, 'order\\x1b[2Jplaced\n'],
  [false, 'order\u001b[2Jplaced\n'],
])('lets no foreign control sequence reach a terminal: %j', (tty, shown) => {
  const { output: out, stdout, stderr } = output({ tty });
  out.row('order\u001b[2Jplaced', (text) => text);
  out.say('order\u001b[2Jplaced');
  expect([stdout.written, stderr.written]).toEqual([[shown], [shown]]);
});

it('begins a new line only where the terminal may have echoed a key', () => {
  const [terminal, pipe] = [output({ tty: true }), output({})];
  for (const { output: out } of [terminal, pipe]) out.endLine();
  expect([terminal.stderr.written, pipe.stderr.written]).toEqual([['\n'], []]);
});

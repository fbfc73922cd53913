import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { readPayload } from '../../src/events/read-payload.js';

const { signal } = new AbortController();

it('takes JSON itself', async () => {
  expect(await readPayload('{"id":1}', { signal })).toEqual({ id: 1 });
});

it('reads standard input', async () => {
  const stdin = Readable.from([
    Buffer.from('{"name":"caf'),
    Buffer.from([0xc3]),
    Buffer.from([0xa9]),
    Buffer.from('"}'),
  ]);
  expect(await readPayload('-', { signal, stdin })).toEqual({ name: 'café' });
});

it('reads a file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-payload-'));
  await writeFile(join(folder, 'order.json'), '[1, 2]\n');
  expect(await readPayload(`@${join(folder, 'order.json')}`, { signal })).toEqual([1, 2]);
  await rm(folder, { recursive: true });
});

it.each([
  ['{bad', 'INVALID_EVENT', '{bad'],
  ['', 'INVALID_EVENT', 'empty'],
  ['@/no/such/file', 'NOT_FOUND', '/no/such/file'],
])('refuses "%s"', async (given, code, part) => {
  await expect(readPayload(given, { signal })).rejects.toMatchObject({ code, message: expect.stringContaining(part) });
});

it('stops reading when it is aborted', async () => {
  const abort = new AbortController();
  const reading = readPayload('-', { signal: abort.signal, stdin: new Readable({ read() {} }) });
  abort.abort();
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
});

import { expect, it } from 'vitest';
import { MessageWriter } from '../../../src/gateway/http1/message-writer.js';
import { WriteBuffers } from '../../../src/gateway/http1/write-buffers.js';
import { Turn } from '../../../src/gateway/timing/turn.js';

function recording(buffers?: WriteBuffers) {
  const writes: (string | Buffer)[] = [];
  const corks: string[] = [];
  const writer = new MessageWriter(
    {
      writableLength: 0,
      cork: () => void corks.push('cork'),
      uncork: () => void corks.push('uncork'),
      write(data, _encoding, written) {
        writes.push(data);
        written?.();
        return true;
      },
    },
    new Turn(),
    buffers,
  );
  return { writer, writes, corks };
}

it('writes a head and a small body with one call', () => {
  const { writer, writes, corks } = recording();
  writer.text('head\r\n\r\n');
  writer.part(Buffer.from('\xe4', 'latin1'));
  writer.write();
  expect([writes, corks]).toEqual([['head\r\n\r\n\xe4'], []]);
});

it('writes a large part beside its head, at once and without a copy', () => {
  const { writer, writes, corks } = recording();
  const part = Buffer.alloc(20_000);
  writer.text('head');
  writer.part(part);
  writer.text('end');
  let written = 0;
  writer.flush(() => {
    written += 1;
  });
  writer.write();
  expect([writes[0], writes[2], corks, written]).toEqual(['head', 'end', ['cork', 'uncork'], 1]);
  expect(writes[1]).toBe(part);
});

it('frames chunks, of which an empty one would be the last', () => {
  const { writer, writes } = recording();
  writer.chunk(Buffer.alloc(0));
  writer.chunk(Buffer.from('x'.repeat(26)));
  writer.lastChunk(['A', '1', 'B', '2']);
  writer.write();
  expect(writes).toEqual([`1a\r\n${'x'.repeat(26)}\r\n0\r\nA: 1\r\nB: 2\r\n\r\n`]);
});

it('writes at the end of the turn what was gathered in it, and tells when it is with the system', async () => {
  const { writer, writes } = recording();
  const told: string[] = [];
  writer.text('one');
  expect(writer.flush()).toBe(true);
  writer.text(', two');
  expect(writer.flush(() => told.push('written'))).toBe(true);
  expect([writes, told, writer.isDone]).toEqual([[], [], false]);
  await new Promise(setImmediate);
  expect([writes, told, writer.isDone]).toEqual([['one, two'], ['written'], true]);
  writer.text('three');
  writer.flush();
  await new Promise(setImmediate);
  expect(writes).toEqual(['one, two', 'three']);
});

it('gathers little: what is more is written before the turn ends, so that the other side can be seen to be behind', () => {
  const { writer, writes } = recording();
  writer.part(Buffer.alloc(10_000));
  writer.flush();
  expect(writes).toHaveLength(0);
  writer.part(Buffer.alloc(10_000));
  writer.flush();
  expect(writes.map((written) => written.length)).toEqual([10_000, 10_000]);
});

it('counts what goes as text among it', () => {
  const { writer, writes } = recording();
  for (let n = 0; n < 10; n++) {
    writer.part(Buffer.alloc(4_000));
    writer.flush();
  }
  expect(writes.map((written) => written.length)).toEqual([12_000, 4_000, 12_000, 4_000]);
});

it('writes lent parts at once, with what was gathered before them', () => {
  const { writer, writes } = recording(new WriteBuffers());
  writer.text('head');
  writer.flush();
  writer.part(Buffer.alloc(20_000));
  writer.flush();
  expect(writes.map((written) => written.length)).toEqual([4, 20_000]);
});

it('writes nothing where there is nothing', () => {
  const { writer, writes } = recording();
  expect([writer.flush(() => writes.push('told')), writes]).toEqual([false, []]);
});

it('copies large parts that are only lent, and takes the same place again once they are written', () => {
  const { writer, writes } = recording(new WriteBuffers());
  const lent = Buffer.alloc(20_000, 'a');
  const write = (letter: string) => {
    lent.fill(letter);
    writer.part(lent);
    lent.fill('-');
    writer.flush();
    return writes.at(-1) as Buffer;
  };
  const first = write('a');
  expect(first.equals(Buffer.alloc(20_000, 'a'))).toBe(true);
  const second = write('b');
  expect(second.equals(Buffer.alloc(20_000, 'b'))).toBe(true);
  expect(second.buffer).toBe(first.buffer);
});

it('forgets what it is told to drop', () => {
  const { writer, writes } = recording(new WriteBuffers());
  writer.text('head');
  writer.part(Buffer.alloc(20_000));
  writer.drop();
  expect([writer.flush(), writes]).toEqual([false, []]);
});

it('takes another place where a write has failed', () => {
  const written: ((error?: Error | null) => void)[] = [];
  const writes: (string | Buffer)[] = [];
  const writer = new MessageWriter(
    {
      writableLength: 0,
      cork() {},
      uncork() {},
      write(data, _encoding, done) {
        writes.push(data);
        if (done !== undefined) written.push(done);
        return true;
      },
    },
    new Turn(),
    new WriteBuffers(),
  );
  const write = (letter: string) => {
    writer.part(Buffer.alloc(20_000, letter));
    writer.flush();
    return writes.at(-1) as Buffer;
  };
  const first = write('a');
  written.at(-1)?.(new Error('it failed'));
  const second = write('b');
  expect(second.buffer).not.toBe(first.buffer);
  written.at(-1)?.();
  expect(write('c').buffer).toBe(second.buffer);
});

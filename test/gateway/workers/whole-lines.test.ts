import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { WholeLines } from '../../../src/gateway/workers/whole-lines.js';
import { waitUntil } from '../setup/wait-until.js';

it('never mixes lines, however they are cut', async () => {
  const out = new PassThrough();
  let text = '';
  out.on('data', (bytes) => {
    text += bytes;
  });
  const lines = new WholeLines(out);
  const sources = [new PassThrough(), new PassThrough()];
  for (const source of sources) lines.from(source);
  const long = 'x'.repeat(100_000);
  for (const piece of ['a1', '\na', '2\na3', `${long}\n`, 'never ended']) {
    for (const [index, source] of sources.entries()) source.write(piece.replaceAll('a', `${index}:`));
    await new Promise(setImmediate);
  }
  await waitUntil(() => text.split('\n').length === 7, 'six lines');
  for (const index of [0, 1]) {
    const own = text.split('\n').filter((line) => line.startsWith(`${index}:`));
    expect(own).toEqual([`${index}:1`, `${index}:2`, `${index}:3${long}`]);
  }
});

it('holds the sources back while nothing is taken, and lets them go when nobody is there any more', async () => {
  let take = () => {};
  const out = new Writable({
    highWaterMark: 1,
    write(_, __, done) {
      take = done;
    },
  });
  const lines = new WholeLines(out);
  const source = new PassThrough();
  lines.from(source);
  source.write('one\n');
  await waitUntil(() => source.isPaused(), 'the pause');
  take();
  await waitUntil(() => !source.isPaused(), 'the next line');
  source.write('two\n');
  await waitUntil(() => source.isPaused(), 'the pause');
  out.destroy();
  await waitUntil(() => !source.isPaused(), 'the end of the waiting');
  source.write('three\n');
  await new Promise(setImmediate);
  expect(source.isPaused()).toBe(false);
});

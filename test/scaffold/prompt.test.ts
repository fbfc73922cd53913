import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Answer } from '../../src/scaffold/answers.js';
import type { Question } from '../../src/scaffold/manifest.js';
import { terminalPrompt } from '../../src/scaffold/prompt.js';

/** A person at a terminal: each of `keys` is pressed once the screen has shown what stands before it. */
function person(question: Question, keys: [shown: string, press: string][], signal?: AbortSignal) {
  const input = new PassThrough();
  const output = new PassThrough();
  let screen = '';
  output.on('data', (chunk) => {
    screen += String(chunk);
    const [next] = keys;
    if (next === undefined || !screen.includes(next[0])) return;
    keys.shift();
    screen = '';
    setImmediate(() => input.write(next[1]));
  });
  const check = (answer: Answer) => (String(answer) === 'bad' ? 'not that one' : undefined);
  return (proposal?: Answer) =>
    terminalPrompt({ input, output, ...(signal === undefined ? {} : { signal }) })(question, proposal, check);
}

const common = { name: 'name', message: 'Name' };
const text: Question = { ...common, type: 'text' };

test('text, with the fault shown until the answer is right', async () => {
  const ask = person(text, [
    ['Name', 'bad\r'],
    ['not that one', '\u007f\u007f\u007fgood\r'],
  ]);
  expect(await ask()).toBe('good');
});

test('Enter takes the proposal', async () => {
  expect(await person(text, [['(shop)', '\r']])('shop')).toBe('shop');
  expect(await person({ ...common, type: 'list' }, [['(a.b, c.d)', '\r']])(['a.b', 'c.d'])).toEqual(['a.b', 'c.d']);
  expect(await person({ ...common, type: 'list' }, [['Name', '\r']])([])).toEqual([]);
  expect(await person({ ...common, type: 'confirm' }, [['(Y/n)', '\r']])(true)).toBe(true);
});

test('yes or no begins anew after an answer that is neither', async () => {
  const confirm: Question = { ...common, type: 'confirm' };
  const refused = 'Answer y or n.';
  expect(
    await person(confirm, [
      ['(y/N)', 'maybe\r'],
      [refused, 'y\r'],
    ])(false),
  ).toBe(true);
  expect(
    await person(confirm, [
      ['(Y/n)', 'perhaps\r'],
      [refused, '\r'],
    ])(true),
  ).toBe(true);
  expect(await person(confirm, [['(Y/n)', 'No\r']])(true)).toBe(false);
});

test('a list is separated by commas or spaces', async () => {
  expect(await person({ ...common, type: 'list' }, [['Name', 'a.b, c.d e.f\r']])()).toEqual(['a.b', 'c.d', 'e.f']);
});

test('a choice is made with the arrows', async () => {
  const question: Question = { name: 'store', type: 'select', message: 'Store', choices: ['sqlite', 'memory'] };
  expect(await person(question, [['memory', '\u001b[B\r']])()).toBe('memory');
});

test('Ctrl-C interrupts', async () => {
  await expect(person(text, [['Name', '\u0003']])()).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

test('an aborted signal interrupts', async () => {
  const abort = new AbortController();
  const asking = person(text, [], abort.signal)();
  abort.abort();
  await expect(asking).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

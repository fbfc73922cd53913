import { expect, test } from 'vitest';
import {
  type Answer,
  type Ask,
  type CompleteAnswersOptions,
  completeAnswers,
  parseAnswers,
} from '../../src/scaffold/answers.js';
import type { Question } from '../../src/scaffold/manifest.js';
import { render } from '../../src/scaffold/render.js';

const questions: Question[] = [
  { name: 'name', type: 'text', format: 'service-name', message: 'Name' },
  { name: 'route', type: 'text', message: 'Route', default: '/<%- name %>' },
  { name: 'store', type: 'select', choices: ['sqlite', 'memory'], message: 'Store' },
  { name: 'metrics', type: 'confirm', message: 'Metrics?', default: false },
  { name: 'topics', type: 'list', format: 'event', message: 'Topics', default: [] },
];
const options: CompleteAnswersOptions = {
  render: (text, answers) => render(text, answers, 'test'),
  flagOf: ({ name }) => `--${name}`,
};

/** Answers in order; checks each as a prompt does. */
function asking(answers: Record<string, Answer>) {
  const asked: [string, Answer | undefined][] = [];
  const prompt: Ask = async (question, proposal, check) => {
    asked.push([question.name, proposal]);
    const answer = answers[question.name] ?? proposal ?? '';
    const problem = check(answer);
    if (problem) throw new Error(problem);
    return answer;
  };
  return { asked, prompt };
}

test('given answers are checked and normalised, the others take their defaults', async () => {
  const given = { name: 'payment', store: 'sqlite', topics: ['order.placed', 'order.placed'] };
  expect(await completeAnswers(questions, given, options)).toEqual({
    name: 'payment-service',
    route: '/payment-service',
    store: 'sqlite',
    metrics: false,
    topics: ['order.placed'],
  });
});

test('without a terminal, every missing answer is named at once with its flag', async () => {
  await expect(completeAnswers(questions, {}, options)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('--name, --store are missing'),
    hint: 'Give --name --store',
  });
});

test('on a terminal everything is asked, with the default as the proposal', async () => {
  const { asked, prompt } = asking({ name: 'payment', store: 'memory', metrics: true });
  const answers = await completeAnswers(questions, {}, { ...options, ask: { prompt, which: 'all' } });
  expect(asked).toEqual([
    ['name', undefined],
    ['route', '/payment-service'],
    ['store', undefined],
    ['metrics', false],
    ['topics', []],
  ]);
  expect(answers).toMatchObject({ name: 'payment-service', store: 'memory', metrics: true });
});

test('who gives the name is asked only what has no default', async () => {
  const { asked, prompt } = asking({ store: 'memory' });
  await completeAnswers(questions, { name: 'payment' }, { ...options, ask: { prompt, which: 'required' } });
  expect(asked.map(([name]) => name)).toEqual(['store']);
});

test.each<[Record<string, Answer>, string, string]>([
  [{ name: 'Pay Ment' }, 'INVALID_NAME', '"Pay Ment" cannot be a service'],
  [{ store: 'sqlit' }, 'USAGE', '"sqlit" is not a choice of store; did you mean "sqlite"?'],
  [{ topics: ['order.placed', 'Order'] }, 'INVALID_NAME', '"Order" cannot be an event'],
  [{ route: ' ' }, 'USAGE', 'route is empty'],
  [{ metrics: 'maybe' }, 'USAGE', '"maybe" does not answer "Metrics?"'],
])('refuses %j', async (given, code, message) => {
  const complete = completeAnswers(questions, { name: 'a', store: 'sqlite', ...given }, options);
  await expect(complete).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('a pattern holds for the whole answer', async () => {
  const queue: Question[] = [{ name: 'queue', type: 'text', message: 'Queue', pattern: '[a-z]+|x1' }];
  expect(await completeAnswers(queue, { queue: 'x1' }, options)).toEqual({ queue: 'x1' });
  await expect(completeAnswers(queue, { queue: 'abc1' }, options)).rejects.toMatchObject({ code: 'USAGE' });
});

test('--answer key=value', () => {
  expect(parseAnswers(['store=a=b', 'metrics=yes', 'topics=a.b,c.d', 'topics=e.f'], questions)).toEqual({
    store: 'a=b',
    metrics: true,
    topics: ['a.b', 'c.d', 'e.f'],
  });
});

test.each([
  ['store', '"store" is not an answer'],
  ['sotre=x', 'does not ask for "sotre"; did you mean "store"?'],
  ['metrics=perhaps', '"perhaps" does not answer'],
])('--answer %s is refused', (pair, message) => {
  expect(() => parseAnswers([pair], questions)).toThrow(message);
});

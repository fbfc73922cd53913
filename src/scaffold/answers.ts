import { failure, MscliError } from '../errors.js';
import { suggesting } from '../workspace/index.js';
import { formats } from './formats.js';
import type { Question } from './manifest.js';

export type Answer = string | boolean | string[];
export type Answers = Readonly<Record<string, Answer>>;

/** Asks a person one question. `check` returns what is wrong with an answer, or undefined. */
export type Ask = (
  question: Question,
  proposal: Answer | undefined,
  check: (answer: Answer) => string | undefined,
) => Promise<Answer>;

export interface CompleteAnswersOptions {
  /** Which questions are asked of a person; the others take their default. */
  ask?: { prompt: Ask; which: 'all' | 'required' } | undefined;
  /** Renders a default, which may use the answers so far. */
  render: (template: string, answers: Answers) => string;
  /** How a missing answer can be given on the command line, such as `--route <path>`. */
  flagOf: (question: Question) => string;
  /** Throws when an answer of the right form cannot be taken, so that a person learns it at the question. */
  refuse?: (question: Question, answer: Answer, answers: Answers) => void;
}

/** Given answers checked, the others asked for or taken from their defaults. What is still missing is named all at once. */
export async function completeAnswers(
  questions: readonly Question[],
  given: Readonly<Record<string, Answer | undefined>>,
  { ask, render, flagOf, refuse = () => {} }: CompleteAnswersOptions,
): Promise<Answers> {
  const answers: Record<string, Answer> = {};
  const missing: Question[] = [];
  for (const question of questions) {
    const { name } = question;
    const answer = given[name];
    if (answer !== undefined) {
      answers[name] = checkAnswer(question, answer);
      continue;
    }
    // A default may stand on an answer that is missing; the missing one is reported then.
    const proposal = missing.length > 0 ? question.default : renderDefault(question, (text) => render(text, answers));
    if (ask && (ask.which === 'all' || proposal === undefined)) {
      const check = (given: Answer) => refuse(question, checkAnswer(question, given), answers);
      answers[name] = checkAnswer(question, await ask.prompt(question, proposal, problemWith(check)));
    } else if (proposal !== undefined) {
      answers[name] = missing.length > 0 ? proposal : checkAnswer(question, proposal);
    } else {
      missing.push(question);
    }
  }
  if (missing.length > 0) throw missingAnswers(missing, flagOf);
  return answers;
}

/** `--answer key=value` as answers; a list takes the key several times or commas. */
export function parseAnswers(pairs: readonly string[], questions: readonly Question[]): Record<string, Answer> {
  const answers: Record<string, Answer> = {};
  for (const pair of pairs) {
    const [, name = pair, value] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    if (value === undefined) throw usage(`"${pair}" is not an answer.`, 'Write --answer key=value.');
    const question = questions.find((candidate) => candidate.name === name);
    if (!question) {
      const names = questions.map((candidate) => candidate.name);
      throw usage(suggesting(`The template does not ask for "${name}"`, name, names), 'Leave it out.');
    }
    const earlier = answers[name];
    const parsed = parseAnswer(question, value);
    answers[name] = Array.isArray(earlier) && Array.isArray(parsed) ? [...earlier, ...parsed] : parsed;
  }
  return answers;
}

/** Splits at commas and spaces, for the answers to a list question. */
export function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

function parseAnswer(question: Question, value: string): Answer {
  if (question.type === 'list') return splitList(value);
  if (question.type !== 'confirm') return value;
  if (/^(?:true|yes|y|1)$/i.test(value)) return true;
  if (/^(?:false|no|n|0)$/i.test(value)) return false;
  throw usage(`"${value}" does not answer "${question.message}".`, `Write --answer ${question.name}=yes or =no.`);
}

function renderDefault(question: Question, render: (text: string) => string): Answer | undefined {
  if (question.default === undefined || typeof question.default === 'boolean') return question.default;
  return Array.isArray(question.default) ? question.default.map(render) : render(question.default);
}

function problemWith(check: (answer: Answer) => void): (answer: Answer) => string | undefined {
  return (answer) => {
    // The question stands right above.
    if (typeof answer === 'string' && answer.trim() === '') return 'An answer is needed.';
    try {
      check(answer);
      return undefined;
    } catch (error) {
      if (error instanceof MscliError) return [error.message, error.hint].filter(Boolean).join(' ');
      throw error;
    }
  };
}

function checkAnswer(question: Question, answer: Answer): Answer {
  switch (question.type) {
    case 'confirm':
      if (typeof answer === 'boolean') return answer;
      break;
    case 'select':
      if (typeof answer === 'string' && question.choices.includes(answer)) return answer;
      throw usage(
        suggesting(`"${String(answer)}" is not a choice of ${question.name}`, String(answer), question.choices),
        `Choose ${question.choices.join(', ')}.`,
      );
    case 'text':
      if (typeof answer === 'string') return checkText(question, answer);
      break;
    case 'list':
      if (Array.isArray(answer)) return [...new Set(answer.map((item) => checkText(question, item)))];
      break;
    default:
      return question satisfies never;
  }
  throw usage(`${JSON.stringify(answer)} does not answer "${question.message}".`, `It takes a ${question.type}.`);
}

function checkText(question: Question & { type: 'text' | 'list' }, answer: string): string {
  const text = answer.trim();
  if (text === '') throw usage(`${question.name} is empty.`, question.message);
  if (question.pattern !== undefined && !new RegExp(`^(?:${question.pattern})$`, 'u').test(text)) {
    throw usage(`"${text}" does not fit ${question.name}.`, `It must match ${question.pattern}.`);
  }
  return question.format === undefined ? text : formats[question.format](text);
}

function missingAnswers(questions: readonly Question[], flagOf: (question: Question) => string) {
  const flags = questions.map(flagOf);
  return usage(
    `Nobody can be asked, as this is no terminal, and ${flags.join(', ')} ${flags.length === 1 ? 'is' : 'are'} missing.`,
    `Give ${flags.join(' ')}`,
  );
}

function usage(message: string, hint: string) {
  return failure('USAGE', message, { hint });
}

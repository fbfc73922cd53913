import { failure } from '../errors.js';
import { type Config, nextFreePort } from '../workspace/index.js';
import { type Answer, type Answers, type Ask, completeAnswers, parseAnswers } from './answers.js';
import type { Template } from './load-template.js';
import type { Question } from './manifest.js';
import { nounOf } from './noun.js';
import { render } from './render.js';
import { refuseTakenName, refuseTakenPort, refuseTakenRoute } from './service-entry.js';

export interface ServiceAnswersInput {
  /** By question. Undefined: not given. */
  given: Readonly<Record<string, Answer | undefined>>;
  /** `key=value` for the questions of a template. */
  answers: readonly string[];
  ask?: Ask | undefined;
  /** Whether a service that exists may be replaced. */
  force: boolean;
}

/** The answers about a new service: its name, route and port, then what its template asks. */
export async function serviceAnswers(
  config: Config,
  template: Template,
  { given, answers, ask, force }: ServiceAnswersInput,
): Promise<Answers> {
  const questions = [...baseQuestions, ...template.manifest.questions];
  const unasked = Object.keys(given).find(
    (name) => given[name] !== undefined && !questions.some((question) => question.name === name),
  );
  if (unasked !== undefined) {
    throw failure('USAGE', `The template ${template.folder} does not ask for "${unasked}".`, {
      hint: `Leave --${unasked} out, or add the question to its template.yaml.`,
    });
  }
  return completeAnswers(
    questions,
    { ...given, ...parseAnswers(answers, template.manifest.questions) },
    {
      ask: ask && { prompt: ask, which: given.name === undefined ? 'all' : 'required' },
      render: (text, sofar) => render(text, defaultsFor(config, sofar), template.folder),
      flagOf,
      refuse: (question, answer, sofar) => refuseAnswer(config, force, question.name, answer, sofar),
    },
  );
}

function refuseAnswer(config: Config, force: boolean, question: string, answer: Answer, sofar: Answers): void {
  const name = String(sofar.name);
  if (question === 'name') refuseTakenName(config, String(answer), force);
  if (question === 'route') refuseTakenRoute(config, { name, route: String(answer) });
  if (question === 'port') refuseTakenPort(config, { name, port: Number(answer) });
}

const baseQuestions: readonly Question[] = [
  { name: 'name', type: 'text', format: 'service-name', message: 'Name of the service, such as payment' },
  { name: 'route', type: 'text', format: 'path', message: 'Route at the gateway', default: '<%- route %>' },
  { name: 'port', type: 'text', format: 'port', message: 'Port', default: '<%- port %>' },
];

/** A service that is replaced keeps its port and its route. */
function defaultsFor(config: Config, answers: Answers): Record<string, unknown> {
  const noun = nounOf(String(answers.name));
  const existing = String(answers.name);
  const route = config.gateway.routes.find(({ service }) => service === existing)?.path ?? `/${noun.path}`;
  const port = config.services[existing]?.port ?? nextFreePort(config);
  return { route, port, ...answers, noun };
}

function flagOf({ name }: Question): string {
  if (name === 'name') return '<name>';
  return ['route', 'port', 'publishes', 'subscribes', 'saga'].includes(name) ? `--${name}` : `--answer ${name}=...`;
}

import type { Answer, Answers } from './answers.js';
import type { Contract } from './contracts.js';
import { constant, nounOf } from './noun.js';
import type { Values } from './render.js';

export interface TemplateValuesInput {
  /** Name of the workspace; its contracts are `@<workspace>/contracts`. */
  workspace: string;
  /** The dependency on @mscli/runtime, as packages in `contracts/` and in `services/*` write it. */
  runtime: { contracts: string; services: string };
  gatewayPort: number;
  /** Whether the gateway speaks HTTPS. */
  isHttps: boolean;
  /** Whether the workspace runs. */
  isUp: boolean;
  answers: Answers;
  contractOf: (type: string) => Contract;
}

/** What every template sees beside its answers. Events and sagas become objects with the names that the code uses. */
export function templateValues({ answers, contractOf, ...place }: TemplateValuesInput): Values {
  const publishes = listOf(answers.publishes).map(contractOf);
  const subscribes = listOf(answers.subscribes).map(contractOf);
  const noun = nounOf(String(answers.name));
  const taken = [noun.one, noun.many, ...publishes.map(({ name }) => name), ...subscribes.map(({ name }) => name)];
  const saga = listOf(answers.saga).map((name) => ({ name, constant: constant(name, 'Saga', taken) }));
  // What paths below the route begin with.
  const base = answers.route === '/' ? '' : answers.route;
  return { ...place, noun, base, publishes, subscribes, saga };
}

function listOf(answer: Answer | undefined): string[] {
  return Array.isArray(answer) ? answer : [];
}

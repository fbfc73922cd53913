import { builtinModules } from 'node:module';
import { failure } from '../errors.js';
import { kebab } from './words.js';

/** Forms of an answer: each gives the answer as it is used, or throws `INVALID_NAME` with a better proposal. */
export const formats = {
  'service-name': serviceName,
  'workspace-name': workspaceName,
  'saga-name': sagaName,
  event: eventName,
  path: routePath,
  port: portNumber,
} satisfies Record<string, (answer: string) => string>;

const label = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const labelRule = 'lowercase letters, digits and dashes, beginning with a letter, at most 63 characters';

/** `payment` and `payment-service` -> `payment-service`: a DNS label, and a name that npm takes. */
function serviceName(answer: string): string {
  const name = withSuffix(answer);
  if (answer !== 'service' && label.test(answer) && label.test(name)) return name;
  const proposal = proposeLabel(answer.replace(/[-_ ]*service$/i, ''), 63 - '-service'.length);
  throw invalid(answer, 'a service', labelRule, proposal && withSuffix(proposal));
}

function withSuffix(name: string): string {
  return name.endsWith('-service') ? name : `${name}-service`;
}

/** Also the name of an npm package and of the scope of its contracts. */
function workspaceName(answer: string): string {
  const taken = builtinModules.includes(answer);
  if (label.test(answer) && !taken) return answer;
  const rule = taken ? 'anything but the name of a module of Node' : labelRule;
  throw invalid(answer, 'a workspace', rule, taken ? `${answer}-system` : proposeLabel(answer, 63));
}

function sagaName(answer: string): string {
  // The file of that name lists the sagas.
  if (answer === 'index') throw invalid(answer, 'a saga', 'a verb and a noun, such as place-order', undefined);
  if (label.test(answer)) return answer;
  throw invalid(answer, 'a saga', labelRule, proposeLabel(answer, 63));
}

/** A routing key: `<noun>.<past-tense verb>`. */
function eventName(answer: string): string {
  if (answer.length <= 120 && /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+$/.test(answer)) return answer;
  const proposal = kebab(answer).replaceAll('-', '.');
  const rule = 'lowercase words separated by dots, such as order.placed';
  throw invalid(
    answer,
    'an event',
    rule,
    /^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*)+$/.test(proposal) ? proposal : undefined,
  );
}

function routePath(answer: string): string {
  const path = answer.length > 1 ? answer.replace(/\/+$/, '') : answer;
  if (/^(?:\/|(?:\/[\w.~-]+)+)$/.test(path) && !/\/\.{1,2}(?:\/|$)/.test(path)) return path;
  const proposal = `/${answer.split('/').map(kebab).filter(Boolean).join('/')}`;
  throw invalid(
    answer,
    'a route',
    'a path of letters, digits, dashes, dots and underscores, such as /orders',
    proposal,
  );
}

function portNumber(answer: string): string {
  if (/^\d{1,5}$/.test(answer) && Number(answer) >= 1 && Number(answer) <= 65535) return String(Number(answer));
  throw invalid(answer, 'a port', 'a whole number from 1 to 65535', undefined);
}

function proposeLabel(text: string, length: number): string | undefined {
  const name = kebab(text)
    .replace(/^[\d-]+/, '')
    .slice(0, length)
    .replace(/-+$/, '');
  return label.test(name) ? name : undefined;
}

function invalid(answer: string, what: string, rule: string, proposal: string | undefined) {
  return failure('INVALID_NAME', `"${answer}" cannot be ${what}: use ${rule}.`, {
    hint: proposal === undefined ? 'Choose another.' : `Try ${proposal}`,
  });
}

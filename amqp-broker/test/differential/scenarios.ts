import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { argumentChecks } from './arguments.js';
import { clientSuites } from './client-suites.js';
import { consuming } from './consuming.js';
import { deadLetters } from './dead-letters.js';
import { deaths } from './deaths.js';
import { declarations } from './declarations.js';
import { expiry } from './expiry.js';
import { limits } from './limits.js';
import { management } from './management.js';
import type { Scenario } from './observe.js';
import { publishing } from './publishing.js';
import { queueLives } from './queue-lives.js';
import { refusals } from './refusals.js';
import { replies } from './replies.js';
import { routing } from './routing.js';
import { secrets } from './secrets.js';
import { settling } from './settling.js';
import { transactions } from './transactions.js';
import { turns } from './turns.js';
import { users } from './users.js';
import { wire } from './wire.js';

export const scenarios: readonly Scenario[] = [
  ...declarations,
  ...publishing,
  ...consuming,
  ...deadLetters,
  ...refusals,
  ...routing,
  ...queueLives,
  ...settling,
  ...limits,
  ...deaths,
  ...wire,
  ...replies,
  ...transactions,
  ...management,
  ...argumentChecks,
  ...secrets,
  ...expiry,
  ...turns,
  ...clientSuites,
  ...users,
];

/** What RabbitMQ did in each scenario, by its name. */
export const RECORDING = fileURLToPath(new URL('rabbitmq-3.10.8.json', import.meta.url));

export async function readRecording(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(RECORDING, 'utf8')) as Record<string, unknown>;
}

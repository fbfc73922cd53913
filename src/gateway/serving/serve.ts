import { answerHealth, isHealthCheck } from '../health.js';
import type { Client } from './client.js';
import type { ServingContext } from './context.js';
import { Serving } from './serving.js';

/** Serves one request from its head to the last byte of its answer, and logs it. */
export function serve(client: Client, context: ServingContext): void {
  if (isHealthCheck(client.request)) answerHealth(client, context);
  else new Serving(client, context).start();
}

import type { InformationEvent } from 'node:http';
import type { Instance } from '@mscli/runtime/discovery';
import type { AdmittedExchange } from '../exchange.js';
import { askUpstream } from '../forwarding/ask-upstream.js';
import type { Reply } from '../forwarding/reply.js';
import { valuesOf } from '../headers/raw-headers.js';
import { hasBody, requestHeaders } from '../headers/request-headers.js';
import { stripPrefix } from '../routing/strip-prefix.js';
import type { ServingContext } from './context.js';
import type { Client } from './serve.js';

const MOST_INSTANCES = 3;

/**
 * Asks the chosen instance. While nothing of the body has been taken from the client, it asks again: other instances where
 * there was no connection at all, and once the same one over a fresh connection where a kept-alive one had been closed and
 * the request may be repeated (RFC 9110 §9.2.2, RFC 9112 §9.3.1).
 */
export async function askInstances(
  exchange: AdmittedExchange,
  client: Client,
  context: ServingContext,
): Promise<Reply> {
  const refused: Instance[] = [];
  let reply = await ask(exchange, client, context, { fresh: exchange.upgrade });
  if (reply.kind === 'stale' && reply.repeatable && isIdempotent(exchange)) {
    reply = await ask(exchange, client, context, { fresh: true });
  }
  while (reply.kind === 'unreachable' && reply.repeatable && refused.push(exchange.instance) < MOST_INSTANCES) {
    const other = context.rules.nextInstance(exchange.route.service, refused);
    if (other === undefined) return reply;
    exchange.instance = other;
    reply = await ask(exchange, client, context, { fresh: true });
  }
  return reply;
}

function ask(
  exchange: AdmittedExchange,
  client: Client,
  { agents, limits }: ServingContext,
  { fresh }: { fresh: boolean },
): Promise<Reply> {
  const { instance, method, path, query, route } = exchange;
  const origin = agents.originOf(instance);
  if (origin === undefined) {
    const cause = new Error(`${instance.id} is registered at ${instance.url}, which is no http URL`);
    return Promise.resolve({ kind: 'unreachable', cause, repeatable: true });
  }
  const informer = tellInformation(client, limits.continueMs);
  const reply = askUpstream({
    agent: fresh ? agents.fresh : agents.pooled,
    origin,
    method,
    path: (route.stripPrefix ? stripPrefix(path, route.path) : path) + query,
    headers: requestHeaders(exchange, origin.authority),
    body: hasBody(exchange) ? client.incoming : undefined,
    expects: client.expects,
    deadlineMs: limits.deadlineMs,
    departure: client.departure,
    onInformation: informer.tell,
  });
  return client.expects ? reply.finally(informer.stop) : reply;
}

/**
 * Passes 1xx answers on. An upstream that never sends a 100 would keep a client waiting that asked for one, so after a
 * while the gateway sends it (RFC 9110 §10.1.1).
 */
function tellInformation({ outgoing, expects }: Client, continueMs: number) {
  const timer = expects ? setTimeout(() => sendContinue(), continueMs) : undefined;
  let isContinued = false;
  const sendContinue = () => {
    if (!isContinued && !outgoing.headersSent) outgoing.writeContinue();
    isContinued = true;
  };
  return {
    tell: ({ statusCode, rawHeaders }: InformationEvent) => {
      if (statusCode === 100 && expects) sendContinue();
      else if (statusCode === 103 && outgoing.req.httpVersion === '1.1') sendEarlyHints(outgoing, rawHeaders);
    },
    stop: () => clearTimeout(timer),
  };
}

/** Node writes only links that it can check; hints that it refuses are dropped, for they are hints. */
function sendEarlyHints(outgoing: Client['outgoing'], headers: readonly string[]): void {
  const link = valuesOf(headers, 'link');
  try {
    if (link.length > 0 && !outgoing.headersSent) outgoing.writeEarlyHints({ link });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

const idempotentMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

function isIdempotent({ method, headers }: AdmittedExchange): boolean {
  return idempotentMethods.has(method) || valuesOf(headers, 'idempotency-key').length > 0;
}

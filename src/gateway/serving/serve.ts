import type { IncomingMessage, ServerResponse } from 'node:http';
import { accessLine, type Ending } from '../access-log.js';
import { admit } from '../admission/admit.js';
import { type Problem, problem } from '../answers/problem.js';
import { sendProblem } from '../answers/send-problem.js';
import type { AdmittedExchange, Exchange } from '../exchange.js';
import { Departure } from '../forwarding/departure.js';
import type { Reply } from '../forwarding/reply.js';
import { askInstances } from './ask-instances.js';
import type { ServingContext } from './context.js';
import { linger } from './linger.js';
import { passOn } from './pass-on.js';
import { switchProtocols } from './switch-protocols.js';

/** The two ends of one client's request, and what its serving shares. */
export interface Client {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  /** Happens when the client goes before its answer is written. */
  readonly departure: Departure;
  /** Whether it waits for a 100 before it sends the body. */
  readonly expects: boolean;
}

/** Serves one request from its head to the last byte of its answer, and logs it. Never rejects. */
export async function serve(
  exchange: Exchange,
  ends: { incoming: IncomingMessage; outgoing: ServerResponse; expects: boolean },
  context: ServingContext,
): Promise<void> {
  const departure = new Departure();
  const { incoming, outgoing, expects } = ends;
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) departure.happen();
  });
  outgoing.on('error', ignore);
  incoming.on('error', ignore);
  using run = context.running.begin(() => outgoing.socket?.destroy());
  const client = { incoming, outgoing, expects, departure };
  const ending = await answer(exchange, client, context, () => run.markEndless()).catch((error: Error): Ending => {
    exchange.permit?.settle('ignored');
    outgoing.destroy();
    return { status: 500, reason: 'fault', cause: error };
  });
  if (ending.status !== 101) await written(outgoing);
  linger(incoming, context.limits.lingerMs);
  context.log(accessLine(exchange, ending));
}

/** The end of a connection is told by its close. */
function ignore(): void {}

/** Until the last byte is with the operating system or the client is gone. */
function written(outgoing: ServerResponse): Promise<void> {
  if (outgoing.writableFinished || outgoing.closed || outgoing.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    outgoing.once('finish', resolve);
    outgoing.once('close', resolve);
  });
}

async function answer(
  exchange: Exchange,
  client: Client,
  context: ServingContext,
  markEndless: () => void,
): Promise<Ending> {
  const admitted = admit(exchange, context.rules);
  if ('kind' in admitted) return refuse(exchange, client, context, admitted);
  const reply = await askInstances(admitted, client, context);
  switch (reply.kind) {
    case 'answer': {
      const ending = await passOn(admitted, client, context, reply, markEndless);
      return 'fault' in ending ? refuse(exchange, client, context, badAnswer(admitted), ending.fault) : ending;
    }
    case 'switched': {
      const ending = await switchProtocols(admitted, client, context, reply, markEndless);
      return 'fault' in ending ? refuse(exchange, client, context, badAnswer(admitted), ending.fault) : ending;
    }
    case 'client-gone':
      admitted.permit.settle('ignored');
      return { status: 499, reason: 'client-gone' };
    default:
      admitted.permit.settle(reply.kind === 'client-stalled' ? 'ignored' : 'failure');
      return refuse(exchange, client, context, problemOf(reply, admitted), 'cause' in reply ? reply.cause : undefined);
  }
}

function refuse(
  exchange: Exchange,
  { outgoing, expects }: Client,
  context: ServingContext,
  refusal: Problem,
  cause?: Error,
): Ending {
  sendProblem(outgoing, refusal, { requestId: exchange.id, closes: expects || context.isStopping() });
  return { status: refusal.status, reason: refusal.kind, cause };
}

type Failure = Exclude<Reply, { kind: 'answer' | 'switched' | 'client-gone' }>;

function problemOf(reply: Failure, { route }: AdmittedExchange): Problem {
  switch (reply.kind) {
    case 'unreachable':
      return problem('upstream-failed', `What serves the route ${route.path} cannot be reached.`);
    case 'stale':
    case 'broken':
      return problem('upstream-failed', `What serves the route ${route.path} broke off before it answered.`);
    case 'timeout':
      return problem('upstream-timeout', `What serves the route ${route.path} did not answer in time.`);
    case 'client-stalled':
      return problem('request-timeout', 'The body of the request stopped arriving.', { closes: true });
    default:
      return reply satisfies never;
  }
}

function badAnswer({ route }: AdmittedExchange): Problem {
  return problem('upstream-failed', `What serves the route ${route.path} gave an answer that cannot be passed on.`);
}

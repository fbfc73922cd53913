import { performance } from 'node:perf_hooks';
import type { Ending } from '../access-log.js';
import { admit, type Decision } from '../admission/admit.js';
import type { RouteAnswer } from '../admission/pass.js';
import type { OwnAnswer } from '../answers/problem.js';
import type { StoredAnswer } from '../answers/stored-answer.js';
import { beginExchange } from '../begin-exchange.js';
import { type AdmittedExchange, abandonExchange, type Exchange, endExchange } from '../exchange.js';
import { asksForWebSocket } from '../headers/websocket.js';
import type { AnswerPart } from '../http1/answer-part.js';
import type { AnswerHead } from '../http1/answer-reader.js';
import { type Framing, noBody } from '../http1/framing.js';
import type { Expiring, TickTimer } from '../timing/ticker.js';
import type { UpstreamConnection } from '../upstream/upstream-connection.js';
import { answerForClient } from './answer-for-client.js';
import type { AnswerPass, AnswerSink, SinkEvents } from './answer-sink.js';
import { Call, type CallEvents, type CallFailure } from './call.js';
import type { Client, ClientEvents } from './client.js';
import type { ServingContext } from './context.js';
import { failureProblem, unusableAnswer } from './failure-problem.js';
import { passAnswer } from './pass-answer.js';
import { type BrokenOff, Relay } from './relay.js';
import { Replay } from './replay.js';
import type { Run } from './running.js';
import { sendProblem } from './send-problem.js';
import { switchProtocols } from './switch-protocols.js';

type State =
  | { kind: 'admitting' }
  /** `askedAt` is a `performance.now()`: when the request came, or when it was let through where it had to wait for that. */
  | { kind: 'asking'; call: Call; exchange: AdmittedExchange; askedAt: number }
  | { kind: 'relaying'; call: Call; relay: Relay }
  /** An answer from the store is on its way to the client. */
  | { kind: 'replaying'; replay: Replay; ending: Ending }
  /** The answer has been written, but the client may not have read it. */
  | { kind: 'ending'; ending: Ending }
  | { kind: 'switched' }
  | { kind: 'over' };

/** The serving of one request. */
export class Serving implements CallEvents, ClientEvents, SinkEvents, Expiring {
  readonly #client: Client;
  readonly #context: ServingContext;
  readonly #exchange: Exchange;
  readonly #timer: TickTimer;
  readonly #run: Run;
  /** For the whole request, where its route limits that. */
  #whole: TickTimer | undefined;
  /** Where the body of the answer goes: the client, or what its route's passes have put before it. */
  #way: AnswerSink;
  #state: State = { kind: 'admitting' };

  constructor(client: Client, context: ServingContext) {
    this.#client = client;
    this.#way = client;
    this.#context = context;
    this.#exchange = beginExchange(client, { upgrade: asksForWebSocket(client.request), ids: context.ids });
    this.#timer = context.ticker.timer(this);
    this.#run = context.running.begin(client);
  }

  start(): void {
    this.#client.listen(this);
    try {
      const decision = admit(this.#exchange, this.#context.rules);
      if (decision instanceof Promise) this.#await(decision);
      else this.#decided(decision, this.#exchange.receivedAt);
    } catch (error) {
      this.#fault(error as Error);
    }
  }

  #await(decision: Promise<Decision>): void {
    decision.then((late) => this.#decided(late, performance.now())).catch((error: Error) => this.#fault(error));
  }

  #decided(exchange: Decision, askedAt: number): void {
    if (this.#state.kind !== 'admitting') {
      // The client left while a pass waited, and the exchange has ended without what it got since.
      this.#exchange.permit?.settle('ignored');
      endExchange(this.#exchange, { status: 499, reason: 'client-gone' });
      return;
    }
    if ('kind' in exchange) {
      this.#reply(exchange);
      return;
    }
    this.#limitWhole(exchange);
    const [client, context, timer] = [this.#client, this.#context, this.#timer];
    const call = new Call(exchange, { client, context, timer, told: this });
    this.#state = { kind: 'asking', call, exchange, askedAt };
    call.start();
  }

  /** A mistake of the gateway's own ends this request and no other. */
  #fault(cause: Error): void {
    this.#exchange.permit?.settle('ignored');
    this.#conclude({ status: 500, reason: 'fault', cause });
    this.#client.cut();
  }

  #limitWhole({ route, receivedAt }: AdmittedExchange): void {
    const totalMs = route.timeouts?.totalMs;
    if (totalMs === undefined) return;
    this.#whole = this.#context.ticker.timer(this);
    this.#whole.set(Math.max(0, receivedAt + totalMs - performance.now()));
  }

  get #idleMs(): number {
    return this.#exchange.route?.timeouts?.idleMs ?? this.#context.limits.idleMs;
  }

  answered(head: AnswerHead, framing: Framing, upstream: UpstreamConnection): void {
    if (this.#state.kind !== 'asking') return;
    const { call, exchange, askedAt } = this.#state;
    const [permit, context, headMs] = [exchange.permit, this.#context, performance.now() - askedAt];
    const relay = new Relay(upstream, { permit, context, head, headMs });
    const other = exchange.cache?.instead?.(head);
    if (other !== undefined) {
      relay.end();
      if (framing.kind !== 'none') call.cut();
      this.#reply(other, head.status >= 500 ? { reason: 'upstream-failed' } : {});
      return;
    }
    this.#state = { kind: 'relaying', call, relay };
    this.#timer.set(this.#idleMs);
    this.#answer(head, framing, exchange.route.answerPasses);
    if (relay.isEndless) this.#run.markEndless();
  }

  #answer(head: AnswerHead, framing: Framing, passes: readonly AnswerPass[]): void {
    const [client, exchange] = [this.#client, this.#exchange];
    const answer = answerForClient(head, framing, exchange, client, this.#context);
    if (passes.length === 0) client.answer(answer);
    else this.#way = passAnswer(passes, answer, { client, exchange, original: head, events: this });
  }

  /** Answers in place of the service. */
  #reply(answer: RouteAnswer, why: Pick<Ending, 'reason' | 'cause'> = {}): void {
    if (answer.kind === 'stored') this.#replay(answer, why);
    else this.#refuse(answer, 'cause' in answer ? answer.cause : undefined);
  }

  #replay({ head, body }: StoredAnswer, why: Pick<Ending, 'reason' | 'cause'>): void {
    this.#state = { kind: 'replaying', replay: new Replay(body), ending: { status: head.status, ...why } };
    this.#timer.set(this.#idleMs);
    this.#client.body.drop();
    const framing: Framing = body.length === 0 ? noBody : { kind: 'length', length: body.length };
    this.#answer(head, framing, this.#exchange.route?.answerPasses ?? []);
    this.#pour();
  }

  #pour(): void {
    if (this.#state.kind !== 'replaying' || !this.#state.replay.pour(this.#way)) return;
    this.#state = { kind: 'ending', ending: this.#state.ending };
    this.#way.end([]);
  }

  part(part: AnswerPart): void {
    if (this.#state.kind === 'relaying') this.#way.part(part);
  }

  flush(): void {
    if (this.#state.kind !== 'relaying') return;
    this.#timer.set(this.#idleMs);
    this.#state.relay.flush(this.#way);
  }

  ended(trailers: readonly string[]): void {
    if (this.#state.kind !== 'relaying') return;
    this.#state = { kind: 'ending', ending: this.#state.relay.end() };
    this.#timer.set(this.#idleMs);
    this.#way.end(trailers);
  }

  broke(cause: Error): void {
    if (this.#state.kind !== 'relaying') return;
    this.#giveUp(this.#state, 'upstream-died', cause);
    this.#client.cut();
  }

  lost(cause: Error): void {
    if (this.#state.kind === 'relaying') this.#giveUp(this.#state, 'fault', cause);
    else if (this.#state.kind === 'ending' || this.#state.kind === 'replaying') {
      this.#conclude({ ...this.#state.ending, reason: 'fault', cause });
    } else return;
    this.#client.cut();
  }

  failed(failure: CallFailure): void {
    if (this.#state.kind !== 'asking') return;
    const { exchange } = this.#state;
    const isClients = failure.kind === 'client-stalled' || failure.kind === 'body-too-large';
    exchange.permit.settle(isClients ? 'ignored' : 'failure');
    this.#refuse(failureProblem(failure, exchange.route), 'cause' in failure ? failure.cause : undefined);
  }

  switched(head: AnswerHead, upstream: UpstreamConnection): void {
    if (this.#state.kind !== 'asking') return;
    const { exchange } = this.#state;
    const tunnel = switchProtocols(exchange, head, { client: this.#client, upstream, context: this.#context });
    if (tunnel === undefined) {
      const cause = new Error('it switched to a protocol that was not asked for');
      this.#refuse(unusableAnswer(exchange.route), cause);
      return;
    }
    this.#state = { kind: 'switched' };
    this.#run.markEndless();
    this.#timer.clear();
    this.#whole?.clear();
    void tunnel.then(() => this.#conclude({ status: 101 }));
  }

  left(refusedWith?: number): void {
    switch (this.#state.kind) {
      case 'asking':
        this.#state.call.cut();
        this.#state.exchange.permit.settle('ignored');
        this.#conclude(departure(refusedWith));
        break;
      case 'relaying':
        this.#giveUp(this.#state, 'client-gone');
        break;
      case 'replaying':
      case 'ending':
        this.#conclude({ ...this.#state.ending, reason: 'client-gone' });
        break;
      case 'admitting':
        abandonExchange(this.#exchange);
        this.#conclude(departure(refusedWith));
        break;
      case 'switched':
      case 'over':
        break;
      default:
        this.#state satisfies never;
    }
  }

  drained(): void {
    // What was drained may be an earlier answer.
    if (this.#state.kind !== 'relaying' && this.#state.kind !== 'replaying' && this.#state.kind !== 'ending') return;
    this.#timer.set(this.#idleMs);
    this.#way.resume?.();
    if (this.#way.isBlocked) return;
    if (this.#state.kind === 'relaying') this.#state.relay.resume();
    else this.#pour();
  }

  finished(): void {
    if (this.#state.kind === 'ending') this.#conclude(this.#state.ending);
  }

  /** Nothing has moved for too long. */
  expire(): void {
    if (this.#state.kind === 'asking') this.#state.call.expire();
    else if (this.#state.kind === 'relaying') {
      this.#giveUp(this.#state, this.#state.relay.isPaused ? 'client-stalled' : 'upstream-stalled');
      this.#client.cut();
    } else if (this.#state.kind === 'ending' || this.#state.kind === 'replaying') {
      this.#conclude({ ...this.#state.ending, reason: 'client-stalled' });
      this.#client.cut();
    }
  }

  #giveUp({ call, relay }: Extract<State, { kind: 'relaying' }>, reason: BrokenOff, cause?: Error): void {
    const ending = relay.giveUp(reason);
    call.cut();
    this.#conclude({ ...ending, cause });
  }

  #refuse(refusal: OwnAnswer, cause?: Error): void {
    const stored = refusal.status >= 500 ? this.#exchange.cache?.insteadOfFailure?.() : undefined;
    if (stored !== undefined) {
      this.#replay(stored, { reason: refusal.kind, cause });
      return;
    }
    this.#state = { kind: 'ending', ending: { status: refusal.status, reason: refusal.kind, cause } };
    this.#timer.set(this.#idleMs);
    this.#client.body.drop();
    const closes = this.#context.isStopping() || this.#exchange.upgrade || this.#client.expects;
    const { id: requestId, answerEdits: edits } = this.#exchange;
    sendProblem(this.#client, refusal, { requestId, date: this.#context.date(), closes, edits });
  }

  #conclude(ending: Ending): void {
    if (this.#state.kind === 'over') return;
    this.#state = { kind: 'over' };
    this.#timer[Symbol.dispose]();
    this.#whole?.[Symbol.dispose]();
    this.#run[Symbol.dispose]();
    this.#client.body.drop();
    endExchange(this.#exchange, ending);
    this.#context.logAccess(this.#exchange, ending);
  }
}

/** It left, or what it sent made no sense any more. */
function departure(refusedWith: number | undefined): Ending {
  return refusedWith === undefined
    ? { status: 499, reason: 'client-gone' }
    : { status: refusedWith, reason: 'bad-request' };
}

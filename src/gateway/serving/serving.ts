import { accessLine, type Ending } from '../access-log.js';
import { admit } from '../admission/admit.js';
import type { Problem } from '../answers/problem.js';
import { beginExchange } from '../begin-exchange.js';
import type { AdmittedExchange, Exchange } from '../exchange.js';
import { responseHeaders } from '../headers/response-headers.js';
import { asksForWebSocket } from '../headers/websocket.js';
import type { AnswerHead } from '../http1/answer-reader.js';
import type { Framing } from '../http1/framing.js';
import type { Expiring, TickTimer } from '../timing/ticker.js';
import type { UpstreamConnection } from '../upstream/upstream-connection.js';
import { Call, type CallEvents, type CallFailure } from './call.js';
import type { Client, ClientEvents } from './client.js';
import type { ServingContext } from './context.js';
import { failureProblem, unusableAnswer } from './failure-problem.js';
import { type BrokenOff, Relay } from './relay.js';
import type { Run } from './running.js';
import { sendProblem } from './send-problem.js';
import { switchProtocols } from './switch-protocols.js';

type State =
  | { kind: 'admitting' }
  | { kind: 'asking'; call: Call; exchange: AdmittedExchange }
  | { kind: 'relaying'; call: Call; relay: Relay }
  /** The answer has been written, but the client may not have read it. */
  | { kind: 'ending'; ending: Ending }
  | { kind: 'switched' }
  | { kind: 'over' };

/** The serving of one request. */
export class Serving implements CallEvents, ClientEvents, Expiring {
  readonly #client: Client;
  readonly #context: ServingContext;
  readonly #exchange: Exchange;
  readonly #timer: TickTimer;
  readonly #run: Run;
  #state: State = { kind: 'admitting' };

  constructor(client: Client, context: ServingContext) {
    this.#client = client;
    this.#context = context;
    this.#exchange = beginExchange(client, { upgrade: asksForWebSocket(client.request), random: context.random });
    this.#timer = context.ticker.timer(this);
    this.#run = context.running.begin(() => client.cut());
  }

  start(): void {
    this.#client.listen(this);
    try {
      this.#begin();
    } catch (error) {
      this.#fault(error as Error);
    }
  }

  #begin(): void {
    const exchange = admit(this.#exchange, this.#context.rules);
    if ('kind' in exchange) {
      this.#refuse(exchange);
      return;
    }
    const [client, context, timer] = [this.#client, this.#context, this.#timer];
    const call = new Call(exchange, { client, context, timer, told: this });
    this.#state = { kind: 'asking', call, exchange };
    call.start();
  }

  /** A mistake of the gateway's own ends this request and no other. */
  #fault(cause: Error): void {
    this.#exchange.permit?.settle('ignored');
    this.#conclude({ status: 500, reason: 'fault', cause });
    this.#client.cut();
  }

  answered(head: AnswerHead, framing: Framing, upstream: UpstreamConnection): void {
    if (this.#state.kind !== 'asking') return;
    const { call, exchange } = this.#state;
    const relay = new Relay(this.#client, upstream, { permit: exchange.permit, context: this.#context, head });
    this.#state = { kind: 'relaying', call, relay };
    this.#timer.set(this.#context.limits.idleMs);
    this.#client.answer({
      status: head.status,
      reason: head.reason,
      headers: responseHeaders(head, {
        requestId: exchange.id,
        date: this.#context.date(),
        takesTrailers: framing.kind === 'chunked' && this.#client.takesTrailers,
      }),
      framing,
      closes: this.#context.isStopping() || exchange.upgrade,
    });
    if (relay.isEndless) this.#run.markEndless();
  }

  part(part: Buffer): void {
    this.#client.part(part);
  }

  flush(): void {
    if (this.#state.kind !== 'relaying') return;
    this.#timer.set(this.#context.limits.idleMs);
    this.#state.relay.flush();
  }

  ended(trailers: readonly string[]): void {
    if (this.#state.kind !== 'relaying') return;
    this.#state = { kind: 'ending', ending: this.#state.relay.end() };
    this.#timer.set(this.#context.limits.idleMs);
    this.#client.end(trailers);
  }

  broke(cause: Error): void {
    if (this.#state.kind !== 'relaying') return;
    this.#giveUp(this.#state, 'upstream-died', cause);
    this.#client.cut();
  }

  failed(failure: CallFailure): void {
    if (this.#state.kind !== 'asking') return;
    const { exchange } = this.#state;
    exchange.permit.settle(failure.kind === 'client-stalled' ? 'ignored' : 'failure');
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
    void tunnel.then(() => this.#conclude({ status: 101 }));
  }

  left(refusedWith?: number): void {
    switch (this.#state.kind) {
      case 'asking':
        this.#state.call.cut();
        this.#state.exchange.permit.settle('ignored');
        this.#conclude({
          status: refusedWith ?? 499,
          reason: refusedWith === undefined ? 'client-gone' : 'bad-request',
        });
        break;
      case 'relaying':
        this.#giveUp(this.#state, 'client-gone');
        break;
      case 'ending':
        this.#conclude({ ...this.#state.ending, reason: 'client-gone' });
        break;
      case 'admitting':
      case 'switched':
      case 'over':
        break;
      default:
        this.#state satisfies never;
    }
  }

  drained(): void {
    // What was drained may be an earlier answer.
    if (this.#state.kind !== 'relaying' && this.#state.kind !== 'ending') return;
    this.#timer.set(this.#context.limits.idleMs);
    if (this.#state.kind === 'relaying') this.#state.relay.resume();
  }

  finished(): void {
    if (this.#state.kind === 'ending') this.#conclude(this.#state.ending);
  }

  /** Nothing has moved for too long. */
  expire(): void {
    if (this.#state.kind === 'asking') this.#state.call.expire();
    else if (this.#state.kind === 'relaying') {
      this.#giveUp(this.#state, this.#client.isBlocked ? 'client-stalled' : 'upstream-stalled');
      this.#client.cut();
    } else if (this.#state.kind === 'ending') {
      this.#conclude({ ...this.#state.ending, reason: 'client-stalled' });
      this.#client.cut();
    }
  }

  #giveUp({ call, relay }: Extract<State, { kind: 'relaying' }>, reason: BrokenOff, cause?: Error): void {
    const ending = relay.giveUp(reason);
    call.cut();
    this.#conclude({ ...ending, cause });
  }

  #refuse(refusal: Problem, cause?: Error): void {
    this.#state = { kind: 'ending', ending: { status: refusal.status, reason: refusal.kind, cause } };
    this.#timer.set(this.#context.limits.idleMs);
    this.#client.body.drop();
    const closes = this.#context.isStopping() || this.#exchange.upgrade || this.#client.expects;
    sendProblem(this.#client, refusal, { requestId: this.#exchange.id, date: this.#context.date(), closes });
  }

  #conclude(ending: Ending): void {
    if (this.#state.kind === 'over') return;
    this.#state = { kind: 'over' };
    this.#timer[Symbol.dispose]();
    this.#run[Symbol.dispose]();
    this.#client.body.drop();
    this.#context.log(accessLine(this.#exchange, ending));
  }
}

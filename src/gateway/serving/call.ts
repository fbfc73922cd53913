import type { AdmittedExchange } from '../exchange.js';
import { isIdempotent } from '../headers/idempotent.js';
import { requestLines } from '../headers/request-lines.js';
import type { AnswerPart } from '../http1/answer-part.js';
import type { AnswerHead } from '../http1/answer-reader.js';
import type { Framing } from '../http1/framing.js';
import { requestText } from '../http1/request-text.js';
import type { AttemptResult } from '../policies/retries.js';
import { stripPrefix } from '../routing/strip-prefix.js';
import type { TickTimer } from '../timing/ticker.js';
import type { UpstreamConnection } from '../upstream/upstream-connection.js';
import type { UpstreamEvents, UpstreamFailure } from '../upstream/upstream-events.js';
import type { Reuse } from '../upstream/upstreams.js';
import { Attempts } from './attempts.js';
import type { Client } from './client.js';
import type { ServingContext } from './context.js';
import { InterimAnswers } from './interim-answers.js';
import { LimitedBody } from './limited-body.js';
import type { BodySink } from './request-body.js';

/** Why there is no answer. */
export type CallFailure =
  | UpstreamFailure
  /** No head of an answer within the deadline. */
  | { kind: 'timeout' }
  /** More came of a body than its route takes. */
  | { kind: 'body-too-large'; maxBytes: number }
  /** The client stopped sending its body. */
  | { kind: 'client-stalled' };

/** Who gets the answer. */
export interface CallEvents {
  answered(head: AnswerHead, framing: Framing, upstream: UpstreamConnection): void;
  part(part: AnswerPart): void;
  ended(trailers: readonly string[]): void;
  flush(): void;
  switched(head: AnswerHead, upstream: UpstreamConnection): void;
  /** There will be no answer. */
  failed(failure: CallFailure): void;
  /** There will be no more of the answer. */
  broke(cause: Error): void;
}

/**
 * Asks the chosen instance and waits for the head of its answer. It asks again where that cannot make the request happen twice: where
 * there was no connection at all, other instances, or one that is being restarted when it is back; and once the same one over a fresh
 * connection where a kept-alive one had been closed, no byte of an answer came and the request may be repeated (RFC 9110 §9.2.2, RFC
 * 9112 §9.3.1).
 */
export class Call implements UpstreamEvents {
  readonly #exchange: AdmittedExchange;
  readonly #client: Client;
  readonly #context: ServingContext;
  readonly #timer: TickTimer;
  readonly #told: CallEvents;
  /** Those that most requests never have. */
  #interim: InterimAnswers | undefined;
  #attempts: Attempts | undefined;
  #connection: UpstreamConnection | undefined;
  /** Of the instance that is asked. */
  #authority = '';
  #hasRepeated = false;
  #isAnswered = false;
  #isCut = false;

  /** The timer is the caller's; until the head of an answer its expiry is to be told to `expire`. */
  constructor(
    exchange: AdmittedExchange,
    options: { client: Client; context: ServingContext; timer: TickTimer; told: CallEvents },
  ) {
    this.#exchange = exchange;
    this.#client = options.client;
    this.#context = options.context;
    this.#timer = options.timer;
    this.#told = options.told;
  }

  start(): void {
    this.#exchange.route.retries?.budget.deposit();
    this.#ask(this.#mayRepeat && this.#client.body.isComplete ? 'any' : 'recent');
  }

  cut(): void {
    this.#isCut = true;
    this.#interim?.stop();
    this.#connection?.cut();
  }

  /** The time until the answer is up. */
  expire(): void {
    const connection = this.#connection;
    const awaitsClient = connection?.isConnected === true && !connection.isBlocked && !this.#client.body.isComplete;
    this.cut();
    this.#told.failed({ kind: awaitsClient ? 'client-stalled' : 'timeout' });
  }

  #ask(reuse: Reuse): void {
    const { instance, route, upgrade: switches } = this.#exchange;
    const origin = this.#context.origins.of(instance);
    if (origin === undefined) {
      const cause = new Error(`${instance.id} is registered at ${instance.url}, which is no http or https URL`);
      this.failed({ kind: 'unreachable', cause });
      return;
    }
    this.#authority = origin.authority;
    this.#timer.set(this.#deadlineMs);
    const connectMs = route.timeouts?.connectMs;
    this.#connection = this.#context.upstreams.ask(origin, this, { reuse, switches, connectMs });
    if (this.#connection.isConnected) this.connected();
  }

  connected(): void {
    const { method, path, query, route } = this.#exchange;
    const connection = this.#connection as UpstreamConnection;
    const target = (route.stripPrefix ? stripPrefix(path, route.path) : path) + query;
    const isChunked = this.#client.framing.kind === 'chunked';
    connection.head(method, requestText(method, target, requestLines(this.#exchange, this.#authority)), isChunked);
    if (this.#client.expects) this.#interimAnswers.start();
    const { shadow } = this.#exchange;
    const sink = shadow === undefined ? connection : shadow.beside(connection, this.#context);
    const { maxBodyBytes } = route;
    this.#client.body.flow(maxBodyBytes === undefined ? sink : this.#limited(sink, maxBodyBytes));
  }

  get #interimAnswers(): InterimAnswers {
    this.#interim ??= new InterimAnswers(this.#client, this.#context);
    return this.#interim;
  }

  get #madeAttempts(): Attempts {
    this.#attempts ??= new Attempts(this.#exchange, this.#context.rules);
    return this.#attempts;
  }

  #limited(sink: BodySink, maxBytes: number): BodySink {
    return new LimitedBody(sink, maxBytes, () => this.#tooLong(maxBytes));
  }

  get #deadlineMs(): number {
    return this.#exchange.route.timeouts?.firstByteMs ?? this.#context.limits.deadlineMs;
  }

  /** The upstream has not seen the end of the body, and must not take what it has for a whole one. */
  #tooLong(maxBytes: number): void {
    this.cut();
    if (this.#isAnswered) this.#told.broke(new Error(`the body became longer than ${maxBytes} bytes`));
    else this.#told.failed({ kind: 'body-too-large', maxBytes });
  }

  wrote(): void {
    // An upload may go on behind the head of its answer.
    const { idleMs = this.#context.limits.idleMs } = this.#exchange.route.timeouts ?? {};
    this.#timer.set(this.#isAnswered ? idleMs : this.#deadlineMs);
  }

  drained(): void {
    this.wrote();
    this.#client.body.resume();
  }

  informed(head: AnswerHead): void {
    this.#interimAnswers.tell(head);
  }

  answered(head: AnswerHead, framing: Framing): void {
    this.#interim?.stop();
    if (this.#repeats(head.status)) return;
    this.#isAnswered = true;
    this.#told.answered(head, framing, this.#connection as UpstreamConnection);
  }

  switched(head: AnswerHead): void {
    this.#interim?.stop();
    this.#isAnswered = true;
    this.#told.switched(head, this.#connection as UpstreamConnection);
  }

  part(part: AnswerPart): void {
    this.#told.part(part);
  }

  ended(trailers: readonly string[]): void {
    this.#told.ended(trailers);
  }

  flush(): void {
    if (this.#isAnswered) this.#told.flush();
  }

  failed(failure: UpstreamFailure): void {
    if (this.#isAnswered) {
      this.#told.broke(failure.cause);
      return;
    }
    this.#interim?.stop();
    if (this.#isRepeatable(failure)) {
      this.#hasRepeated = true;
      this.#context.tally?.retried(this.#exchange, 'stale');
      this.#ask('none');
      return;
    }
    if (failure.kind === 'unreachable') this.#goElsewhere(failure);
    else if (failure.kind !== 'broken' || !this.#repeats('broken')) this.#told.failed(failure);
  }

  #goElsewhere(failure: UpstreamFailure): void {
    const attempts = this.#madeAttempts;
    if (attempts.moveOn()) {
      this.#context.tally?.retried(this.#exchange, 'unreachable');
      this.#ask('none');
      return;
    }
    const back = attempts.comeBack();
    if (back === undefined) {
      this.#told.failed(failure);
      return;
    }
    const goOn = (isBack: boolean) => {
      if (this.#isCut) return;
      if (isBack) this.#ask('none');
      else this.#told.failed(failure);
    };
    back.then(goOn).catch((cause: Error) => this.#told.failed({ kind: 'broken', cause }));
  }

  #repeats(result: AttemptResult): boolean {
    if (this.#client.body.isTouched || this.#exchange.route.retries === undefined) return false;
    if (!this.#madeAttempts.repeat(result)) return false;
    this.#context.tally?.retried(this.#exchange, 'policy');
    this.#connection?.cut();
    this.#ask('none');
    return true;
  }

  get #mayRepeat(): boolean {
    return !this.#client.body.isTouched && isIdempotent(this.#exchange);
  }

  #isRepeatable({ kind }: UpstreamFailure): boolean {
    return kind === 'stale' && !this.#hasRepeated && this.#mayRepeat;
  }
}

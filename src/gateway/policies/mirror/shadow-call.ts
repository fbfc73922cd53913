import type { Permit } from '@mscli/runtime/breaker';
import type { Instance } from '@mscli/runtime/discovery';
import type { AdmittedExchange } from '../../exchange.js';
import { isIdempotent } from '../../headers/idempotent.js';
import type { AnswerHead } from '../../http1/answer-reader.js';
import type { ServingContext } from '../../serving/context.js';
import type { Run } from '../../serving/running.js';
import type { Expiring, TickTimer } from '../../timing/ticker.js';
import type { UpstreamConnection } from '../../upstream/upstream-connection.js';
import type { UpstreamEvents, UpstreamFailure } from '../../upstream/upstream-events.js';
import type { Reuse } from '../../upstream/upstreams.js';
import { mirrorLine } from './mirror-line.js';
import { shadowHead } from './shadow-head.js';

type State =
  | { kind: 'new' }
  | { kind: 'asking'; instance: Instance; permit: Permit }
  /** The rest of the answer is thrown away as it comes. */
  | { kind: 'draining'; status: number }
  | { kind: 'over' };

export interface ShadowCallOptions {
  service: string;
  timeoutMs: number;
  body: Buffer;
  onOver(): void;
}

/** Makes the copy of a request and drops the answer. It has a breaker of its own, and whatever becomes of it ends here and in the log. */
export class ShadowCall implements UpstreamEvents, Expiring {
  /** As it was when the copy was made. */
  readonly #exchange: AdmittedExchange;
  readonly #context: ServingContext;
  readonly #options: ShadowCallOptions;
  readonly #timer: TickTimer;
  readonly #run: Run;
  #instance: Instance | undefined;
  #connection: UpstreamConnection | undefined;
  #authority = '';
  readonly #madeAt = performance.now();
  #hasRepeated = false;
  #state: State = { kind: 'new' };

  constructor(exchange: AdmittedExchange, context: ServingContext, options: ShadowCallOptions) {
    const { service } = options;
    this.#exchange = { ...exchange, service, load: undefined, cleanup: undefined };
    this.#context = context;
    this.#options = options;
    this.#timer = context.ticker.timer(this);
    this.#run = context.running.begin({ cut: () => this.expire() });
    // A stop does not wait for it.
    this.#run.markEndless();
  }

  start(): void {
    if (this.#state.kind !== 'new') return;
    try {
      this.#start();
    } catch (error) {
      this.#fail('fault', error as Error);
    }
  }

  #start(): void {
    const { rules } = this.#context;
    const { service, timeoutMs } = this.#options;
    const instance = rules.nextInstance({ ...this.#exchange, route: undefined });
    const permit = instance === undefined ? undefined : rules.breakerFor(service).acquire();
    if (instance === undefined || permit === undefined) {
      this.#end(instance === undefined ? 'no-instance' : 'breaker-open');
      return;
    }
    this.#instance = instance;
    this.#state = { kind: 'asking', instance, permit };
    this.#timer.set(timeoutMs);
    this.#ask(isIdempotent(this.#exchange) ? 'any' : 'recent');
  }

  #ask(reuse: Reuse): void {
    if (this.#state.kind !== 'asking') return;
    const origin = this.#context.origins.of(this.#state.instance);
    if (origin === undefined) {
      this.failed({ kind: 'unreachable', cause: new Error('its instance has no http URL') });
      return;
    }
    this.#authority = origin.authority;
    this.#connection = this.#context.upstreams.ask(origin, this, { reuse, switches: false, connectMs: undefined });
    if (this.#connection.isConnected) this.connected();
  }

  connected(): void {
    const { body } = this.#options;
    const connection = this.#connection as UpstreamConnection;
    const { method } = this.#exchange;
    connection.head(method, shadowHead(this.#exchange, this.#authority, body.length), false);
    if (body.length > 0) connection.part(body);
    connection.end([]);
    connection.flush();
  }

  answered({ status }: AnswerHead): void {
    if (this.#state.kind !== 'asking') return;
    this.#state.permit.settle(status >= 500 ? 'failure' : 'success', performance.now() - this.#madeAt);
    this.#state = { kind: 'draining', status };
  }

  ended(): void {
    this.#end();
  }

  switched(): void {
    this.failed({ kind: 'broken', cause: new Error('it switched to a protocol that was not asked for') });
  }

  failed({ kind, cause }: UpstreamFailure): void {
    if (kind === 'stale' && !this.#hasRepeated && isIdempotent(this.#exchange)) {
      this.#hasRepeated = true;
      this.#ask('none');
      return;
    }
    this.#fail('upstream-failed', cause);
  }

  expire(): void {
    this.#fail('upstream-timeout');
  }

  informed(): void {}
  part(): void {}
  flush(): void {}
  wrote(): void {}
  drained(): void {}

  #fail(reason: string, cause?: Error): void {
    if (this.#state.kind === 'asking') this.#state.permit.settle('failure');
    this.#connection?.cut();
    this.#end(reason, cause);
  }

  #end(reason?: string, cause?: Error): void {
    if (this.#state.kind === 'over') return;
    const status = this.#state.kind === 'draining' ? this.#state.status : undefined;
    this.#state = { kind: 'over' };
    this.#timer[Symbol.dispose]();
    this.#run[Symbol.dispose]();
    this.#options.onOver();
    const durationMs = performance.now() - this.#madeAt;
    this.#context.log(mirrorLine(this.#exchange, { instance: this.#instance, status, reason, cause, durationMs }));
  }
}

import type { AdmittedExchange, Exchange } from '../../exchange.js';
import type { RawHeaders } from '../../headers/raw-headers.js';
import type { ServingContext } from '../../serving/context.js';
import type { BodySink } from '../../serving/request-body.js';
import { GrowingBody } from '../limits/growing-body.js';
import { ShadowCall } from './shadow-call.js';
import type { Shadows } from './shadows.js';

type State =
  | { kind: 'waiting' }
  /** The request goes to its own service; what goes there is copied. */
  | { kind: 'gathering'; body: GrowingBody }
  /** The copy is on its own way, or there is none. */
  | { kind: 'done' };

/** The copy of one request, which is sent when the request has gone to its own service as a whole. */
export class Shadow {
  readonly #exchange: Exchange;
  readonly #shadows: Shadows;
  #state: State = { kind: 'waiting' };

  constructor(exchange: Exchange, shadows: Shadows) {
    this.#exchange = exchange;
    this.#shadows = shadows;
  }

  /** What the body goes through on its way to the service; when it is sent once more there is no second copy. */
  beside(sink: BodySink, context: ServingContext): BodySink {
    if (this.#state.kind !== 'waiting' || !this.#shadows.enter()) return sink;
    const body = new GrowingBody(this.#shadows, this.#shadows.rule.maxBodyBytes);
    this.#state = { kind: 'gathering', body };
    return new CopiedBody(sink, {
      part: (part) => {
        if (this.#state.kind === 'gathering' && !body.add(part)) this.stopGathering();
      },
      end: () => this.#send(context),
    });
  }

  /** There will be no copy any more, where it is not under way already. */
  stopGathering(): void {
    if (this.#state.kind !== 'gathering') return;
    this.#state.body.drop();
    this.#state = { kind: 'done' };
    this.#shadows.leave();
  }

  #send(context: ServingContext): void {
    if (this.#state.kind !== 'gathering') return;
    const { body } = this.#state;
    this.#state = { kind: 'done' };
    const { service, timeoutMs } = this.#shadows.rule;
    const length = body.length;
    // What was gathered goes on counting for as long as it is held.
    const bytes = body.take();
    if (!this.#shadows.reserve(length)) {
      this.#shadows.leave();
      return;
    }
    const onOver = () => {
      this.#shadows.free(length);
      this.#shadows.leave();
    };
    const call = new ShadowCall(this.#exchange as AdmittedExchange, context, {
      service,
      timeoutMs,
      body: bytes,
      onOver,
    });
    // The request itself is written first.
    setImmediate(() => call.start());
  }
}

/** A body on its way, and what looks on. */
class CopiedBody implements BodySink {
  constructor(
    readonly sink: BodySink,
    readonly copy: { part(part: Buffer): void; end(): void },
  ) {}

  part(part: Buffer): void {
    this.copy.part(part);
    this.sink.part(part);
  }

  end(trailers: RawHeaders): void {
    this.sink.end(trailers);
    this.copy.end();
  }

  flush(): boolean {
    return this.sink.flush();
  }
}

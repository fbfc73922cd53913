import { decodeEvent } from '../events/decode-event.js';
import type { Event } from '../events/event.js';
import { matchesPattern } from '../events/matches-pattern.js';
import { EXCHANGE } from '../events/topology.js';
import type {
  Consumer,
  IncomingMessage,
  OutgoingMessage,
  QueueSpec,
  Transport,
  TransportState,
} from '../events/transport.js';

/** An event that a subscription gave up on. */
export interface DeadLetter {
  readonly event: Event;
  /** The subscription's queue, such as `order-service.payment.taken`. */
  readonly queue: string;
  readonly error: string;
  readonly attempts: number;
}

interface Binding {
  readonly queue: QueueSpec;
  readonly handle: (message: IncomingMessage) => Promise<void>;
}

/** Messages within the process: what is published reaches the matching consumers, and is kept for a test to look at. */
export class MemoryTransport implements Transport {
  readonly published: Event[] = [];
  readonly deadLetters: DeadLetter[] = [];
  readonly #bindings = new Set<Binding>();
  readonly #running = new Set<Promise<void>>();
  #state: TransportState = 'connected';

  get state(): TransportState {
    return this.#state;
  }

  async publish(message: OutgoingMessage): Promise<void> {
    if (message.exchange !== EXCHANGE) {
      this.#deadLetter(message);
      return;
    }
    this.published.push(decodeEvent(message));
    // As with a broker, the publisher does not wait for the handlers.
    void this.deliver(message);
  }

  /** Hands a message to the matching consumers and waits until they are done with it. */
  async deliver(message: OutgoingMessage): Promise<void> {
    const matching = [...this.#bindings].filter(({ queue }) => matchesPattern(queue.pattern, message.routingKey));
    await Promise.allSettled(
      matching.map((binding) => this.#track(binding.handle({ ...message, redelivered: false }))),
    );
  }

  /** Resolves when no handler is busy. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  consume(queue: QueueSpec, handle: (message: IncomingMessage) => Promise<void>): Consumer {
    const binding = { queue, handle };
    this.#bindings.add(binding);
    return {
      started: Promise.resolve(),
      active: true,
      stop: async () => {
        this.#bindings.delete(binding);
        await this.idle();
      },
    };
  }

  onConnected(listener: () => void): Disposable {
    listener();
    return { [Symbol.dispose]: () => {} };
  }

  async close(): Promise<void> {
    this.#state = 'closed';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #track(handling: Promise<void>): Promise<void> {
    const done = handling.finally(() => this.#running.delete(done));
    this.#running.add(done);
    return done;
  }

  #deadLetter(message: OutgoingMessage): void {
    const { headers = {} } = message.properties;
    this.deadLetters.push({
      event: readable(message),
      queue: message.routingKey.replace(/\.dead$/, ''),
      error: String(headers['x-error']),
      attempts: Number(headers['x-attempts']),
    });
  }
}

/** A dead letter need not hold JSON. */
function readable(message: OutgoingMessage): Event {
  try {
    return decodeEvent(message);
  } catch {
    const asText = { ...message, properties: { ...message.properties, contentType: 'text/plain' } };
    return decodeEvent(asText);
  }
}

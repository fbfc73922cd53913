/**
 * An event as handlers see it: the attributes of CloudEvents 1.0 and the validated data.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface Event<Data = unknown> {
  /** Unique for its source. A redelivery carries the same id. */
  readonly id: string;
  /** `<noun>.<past-tense verb>`, such as `order.placed`. */
  readonly type: string;
  /** Who published it: the name of a service, or `unknown` for a message without the attribute. */
  readonly source: string;
  /** When it happened, ISO 8601. */
  readonly time: string;
  readonly data: Data;
  /** What it is about within the source, such as an order's id. */
  readonly subject?: string;
  /** Events with the same key are handled one after another by one instance (CloudEvents' `partitionkey`). */
  readonly key?: string;
  /** W3C trace context of the publisher. */
  readonly traceparent?: string;
}

/** What `publish` takes beside the contract and the data. */
export interface EventOptions {
  /** What the event is about within the source, such as an order's id. */
  readonly subject?: string;
  /** Events with the same key are handled one after another by one instance. */
  readonly key?: string;
  /** Default: a random UUID. Give your own to make a repeated publish recognisable as one event. */
  readonly id?: string;
}

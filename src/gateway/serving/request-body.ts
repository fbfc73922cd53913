import type { RawHeaders } from '../headers/raw-headers.js';
import type { PartSink } from '../http1/body-reader.js';

/** Where a body comes from: it can be told to wait. */
export interface BodySource {
  pause(): void;
  resume(): void;
}

/** Where a body goes. */
export interface BodySink extends PartSink {
  end(trailers: RawHeaders): void;
  /** All that came together has been told; says whether the rest must wait for `resume`. */
  flush(): boolean;
}

/** So much is taken from a client while nobody wants it yet. */
const MOST_HELD = 64 * 1024;

/**
 * A request's body between the client's connection, which puts in what it reads, and the upstream's. A body that is there as a
 * whole before it flows is kept, so that it can flow once more.
 */
export class RequestBody implements PartSink {
  readonly #source: BodySource | undefined;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #sink: BodySink | undefined;
  #isWaiting = false;
  #isComplete: boolean;
  #isTouched = false;
  #trailers: RawHeaders = [];

  /** Without a source it is the body of a request that has none. */
  constructor(source?: BodySource) {
    this.#source = source;
    this.#isComplete = source === undefined;
  }

  /** Whether the client has sent all of it. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Whether a part has flowed that is not there any more. */
  get isTouched(): boolean {
    return this.#isTouched;
  }

  part(part: Buffer): void {
    if (this.#sink !== undefined && !this.#isWaiting) {
      this.#isTouched = true;
      this.#sink.part(part);
      return;
    }
    this.#held.push(part);
    this.#heldBytes += part.length;
  }

  /** The client has sent the rest. */
  complete(trailers: RawHeaders): void {
    this.#isComplete = true;
    this.#trailers = trailers;
    if (this.#sink !== undefined && !this.#isWaiting) this.#sink.end(trailers);
  }

  /** Called when all that came together has been put in. */
  flush(): void {
    if (this.#sink !== undefined && !this.#isWaiting) {
      if (this.#sink.flush()) this.#wait();
    } else if (this.#heldBytes >= MOST_HELD && !this.#isComplete) this.#source?.pause();
  }

  /** Hands over what is there, at once, and then what comes. */
  flow(sink: BodySink): void {
    this.#sink = sink;
    this.#isWaiting = false;
    this.#pour(sink);
  }

  /** The sink takes more. */
  resume(): void {
    if (!this.#isWaiting || this.#sink === undefined) return;
    this.#isWaiting = false;
    this.#pour(this.#sink);
  }

  /** Nobody wants it any more: what comes is thrown away. */
  drop(): void {
    this.#held = [];
    this.#sink = nowhere;
    this.#isWaiting = false;
    if (!this.#isComplete) this.#source?.resume();
  }

  #pour(sink: BodySink): void {
    for (const part of this.#held) sink.part(part);
    if (!this.#isComplete && this.#held.length > 0) this.#isTouched = true;
    if (this.#isTouched) this.#held = [];
    this.#heldBytes = 0;
    if (this.#isComplete) sink.end(this.#trailers);
    if (sink.flush()) this.#wait();
    else if (!this.#isComplete) this.#source?.resume();
  }

  #wait(): void {
    if (this.#isComplete) return;
    this.#isWaiting = true;
    this.#source?.pause();
  }
}

const nowhere: BodySink = { part() {}, end() {}, flush: () => false };

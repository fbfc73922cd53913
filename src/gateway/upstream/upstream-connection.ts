import type { RawHeaders } from '../headers/raw-headers.js';
import { forwardableTrailers } from '../headers/trailers.js';
import { copyOf } from '../http1/answer-part.js';
import { AnswerReader } from '../http1/answer-reader.js';
import type { HeadLimits } from '../http1/head-reader.js';
import { MessageWriter } from '../http1/message-writer.js';
import type { BodySink } from '../serving/request-body.js';
import type { Expiring, Ticker, TickTimer } from '../timing/ticker.js';
import type { Due, Turn } from '../timing/turn.js';
import type { UpstreamEvents, UpstreamFailure } from './upstream-events.js';
import type { UpstreamSocket } from './upstream-socket.js';

type State =
  | { kind: 'connecting'; events: UpstreamEvents }
  | { kind: 'idle'; isRecent: boolean }
  | { kind: 'asked'; events: UpstreamEvents; isReused: boolean }
  | { kind: 'closed' };

/** What is longer is not gathered as text, and has less to gain by it. */
const MOST_DEFERRED = 4 * 1024;

/** Who keeps the connection between requests. */
export interface Keeper {
  readonly options: {
    readonly head: HeadLimits;
    readonly ticker: Ticker;
    readonly turn: Turn;
    readonly connectMs: number;
    readonly idleMs: number;
    readonly recentMs: number;
  };
  keep(connection: UpstreamConnection): void;
  forget(connection: UpstreamConnection): void;
}

/** One connection to an upstream, for one request at a time. */
export class UpstreamConnection implements BodySink, Expiring, Due {
  readonly socket: UpstreamSocket;
  readonly #keeper: Keeper;
  readonly #writer: MessageWriter;
  readonly #answers: AnswerReader;
  readonly #timer: TickTimer;
  readonly #switches: boolean;
  #state: State;
  /** What is looked at when the turn ends, in a form that holds until then. */
  #arrived: string | undefined;
  #isSent = false;
  #isChunked = false;

  constructor(
    socket: UpstreamSocket,
    events: UpstreamEvents,
    keeper: Keeper,
    {
      switches = false,
      connectMs = keeper.options.connectMs,
    }: { switches?: boolean; connectMs?: number | undefined } = {},
  ) {
    this.socket = socket;
    this.#keeper = keeper;
    this.#switches = switches;
    this.#writer = new MessageWriter(socket, keeper.options.turn);
    this.#answers = new AnswerReader(keeper.options.head);
    this.#state = { kind: 'connecting', events };
    this.#timer = keeper.options.ticker.timer(this);
    this.#timer.set(connectMs);
    socket.on(socket.standsAt, this.#onConnect).on('data', this.#onData).on('end', this.#onEnd);
    socket.on('drain', this.#onDrain).on('error', this.#onError).on('close', this.#onClose);
  }

  /** Whether it takes a request. */
  get isConnected(): boolean {
    return this.#state.kind === 'asked';
  }

  /** Whether it has not waited for long. */
  get isRecent(): boolean {
    return this.#state.kind === 'idle' && this.#state.isRecent;
  }

  /** Takes the connection from the pool for another request. */
  reuse(events: UpstreamEvents): void {
    this.#timer.clear();
    this.#state = { kind: 'asked', events, isReused: true };
  }

  /** Whether the upstream must read before more is written. */
  get isBlocked(): boolean {
    return this.#writer.isBlocked;
  }

  /** The head of a request, as text; it and the parts that follow are written by `flush`. */
  head(method: string, text: string, isChunked: boolean): void {
    this.#answers.expect(method);
    this.#isSent = false;
    this.#isChunked = isChunked;
    this.#writer.text(text);
  }

  part(part: Buffer): void {
    if (this.#state.kind !== 'asked') return;
    if (this.#isChunked) this.#writer.chunk(part);
    else this.#writer.part(part);
  }

  /** The request is complete. */
  end(trailers: RawHeaders): void {
    if (this.#state.kind !== 'asked') return;
    if (this.#isChunked) this.#writer.lastChunk(forwardableTrailers(trailers));
    this.#isSent = true;
  }

  /** Says whether the upstream must read before more is written. */
  flush(): boolean {
    if (this.#state.kind !== 'asked') return false;
    if (this.#writer.flush()) this.#state.events.wrote();
    return this.#writer.isBlocked;
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Closes it, and tells nobody. */
  cut(): void {
    this.#close();
    this.socket.destroy();
  }

  /** Lets go of the socket, after a 101. */
  release(): UpstreamSocket {
    const { socket } = this;
    this.#close();
    socket.off(socket.standsAt, this.#onConnect).off('data', this.#onData).off('end', this.#onEnd);
    socket.off('drain', this.#onDrain).off('close', this.#onClose);
    socket.pause();
    socket.endPatience();
    return socket;
  }

  expire(): void {
    const { idleMs, recentMs } = this.#keeper.options;
    if (this.#state.kind === 'connecting') this.#fail(new Error('the connection took too long to come about'));
    else if (this.isRecent && recentMs < idleMs) {
      this.#state = { kind: 'idle', isRecent: false };
      this.#timer.set(idleMs - recentMs);
    } else this.cut();
  }

  readonly #onConnect = (): void => {
    if (this.#state.kind !== 'connecting') return;
    const { events } = this.#state;
    this.#timer.clear();
    this.#state = { kind: 'asked', events, isReused: false };
    try {
      events.connected();
    } catch (error) {
      this.#fail(error as Error);
    }
  };

  readonly #onData = (bytes: Buffer): void => {
    this.#readArrived();
    // What comes where nobody asked must not find somebody who has asked since, and a tunnel begins with its first byte.
    if (this.#state.kind !== 'asked' || this.#switches || bytes.length > MOST_DEFERRED) this.#read(bytes);
    else {
      this.#arrived = bytes.toString('latin1');
      this.#keeper.options.turn.reads(this);
    }
  };

  /** Answers that came together are passed on together. */
  turnEnds(): void {
    this.#readArrived();
  }

  #readArrived(): void {
    const text = this.#arrived;
    if (text === undefined) return;
    this.#arrived = undefined;
    this.#read(text);
  }

  #read(piece: Buffer | string): void {
    try {
      this.#take(piece);
    } catch (error) {
      // A mistake of the gateway's own ends this request and no other.
      this.#fail(error as Error);
    }
  }

  #take(piece: Buffer | string): void {
    const state = this.#state;
    // Nobody asked: what would be taken for the next answer may not be one.
    if (state.kind !== 'asked') {
      this.cut();
      return;
    }
    const end = this.#answers.read(piece, state.events);
    if (typeof end !== 'number') {
      this.#fail(new Error(end.sentence));
      return;
    }
    if (this.#state !== state) {
      // A tunnel begins here, or the request's sender has given it up.
      if (end < piece.length) this.socket.unshift(copyOf(piece.slice(end)));
      return;
    }
    if (!this.#answers.isDone) {
      state.events.flush();
      return;
    }
    const isWhole = this.#isSent && this.#writer.isDone && end === piece.length;
    if (isWhole && this.#answers.keepsAlive) this.#keep();
    else this.cut();
  }

  #keep(): void {
    const { idleMs, recentMs } = this.#keeper.options;
    this.#state = { kind: 'idle', isRecent: true };
    this.#timer.set(Math.min(idleMs, recentMs));
    // A client that was slow may have stopped it.
    this.socket.resume();
    this.#keeper.keep(this);
  }

  readonly #onEnd = (): void => {
    this.#readArrived();
    if (this.#state.kind === 'asked' && this.#answers.close(this.#state.events)) this.cut();
    else this.#fail(this.#brokenOff());
  };

  readonly #onDrain = (): void => {
    if (this.#state.kind === 'asked') this.#state.events.drained();
  };

  readonly #onError = (error: Error): void => {
    this.#readArrived();
    this.#fail(this.socket.explain(error));
  };

  readonly #onClose = (): void => {
    this.#readArrived();
    this.#fail(this.#brokenOff());
  };

  #fail(cause: Error): void {
    const state = this.#state;
    this.cut();
    if (state.kind === 'connecting') state.events.failed({ kind: 'unreachable', cause });
    else if (state.kind === 'asked') state.events.failed({ kind: this.#kindOfFailure(state.isReused), cause });
  }

  #brokenOff(): Error {
    const when = this.#answers.hasBegun ? 'before its answer was complete' : 'without an answer';
    return new Error(`the connection was closed ${when}`);
  }

  #kindOfFailure(isReused: boolean): UpstreamFailure['kind'] {
    return isReused && !this.#answers.hasBegun ? 'stale' : 'broken';
  }

  #close(): void {
    if (this.#state.kind === 'closed') return;
    if (this.#state.kind === 'idle') this.#keeper.forget(this);
    this.#state = { kind: 'closed' };
    this.#arrived = undefined;
    this.#writer.drop();
    this.#timer[Symbol.dispose]();
  }
}

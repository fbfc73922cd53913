import type { Socket } from 'node:net';
import { Peer } from '../headers/peer.js';
import type { RawHeaders } from '../headers/raw-headers.js';
import type { Framing } from '../http1/framing.js';
import { MessageWriter } from '../http1/message-writer.js';
import { type Refusal, refuse } from '../http1/refusal.js';
import { type RequestHead, RequestReader, type RequestSink } from '../http1/request-reader.js';
import type { ServingContext } from '../serving/context.js';
import { serve } from '../serving/serve.js';
import type { Expiring, TickTimer } from '../timing/ticker.js';
import type { Due } from '../timing/turn.js';
import { Backlog } from './backlog.js';
import { type Http1Carrier, Http1Client } from './http1-client.js';
import { refusalText } from './refusal-text.js';

type State =
  /** A request's head is to come. */
  | { kind: 'waiting' }
  /** A request is read or answered; what comes behind it has to wait. */
  | { kind: 'serving'; client: Http1Client; isBegun: boolean }
  /** The last answer has been written: what comes is thrown away until the client closes too (RFC 9112 §9.6). */
  | { kind: 'lingering' }
  | { kind: 'switched' }
  | { kind: 'closed' };

export interface ConnectionOptions {
  context: ServingContext;
  protocol: 'http' | 'https';
  onClosed: (connection: ClientConnection) => void;
}

/** A client's connection: one request after the other, each answered before the next is looked at. */
export class ClientConnection implements Http1Carrier, RequestSink, Expiring, Due {
  readonly writer: MessageWriter;
  readonly peer: Peer;
  readonly #socket: Socket;
  readonly #context: ServingContext;
  readonly #requests: RequestReader;
  readonly #timer: TickTimer;
  readonly #onClosed: (connection: ClientConnection) => void;
  readonly #backlog: Backlog;
  /** The backlog is full. */
  #isHeld = false;
  /** The request's body has to wait. */
  #isPaused = false;
  #isHalfClosed = false;
  #state: State = { kind: 'waiting' };

  constructor(socket: Socket, { context, protocol, onClosed }: ConnectionOptions) {
    this.#socket = socket;
    this.#context = context;
    this.#onClosed = onClosed;
    this.writer = new MessageWriter(socket, context.turn, context.writeBuffers);
    this.peer = new Peer(socket.remoteAddress ?? 'unknown', protocol);
    const { headBytes, headFields, headMs } = context.limits;
    this.#backlog = new Backlog(headBytes);
    this.#requests = new RequestReader({ bytes: headBytes, fields: headFields });
    this.#timer = context.ticker.timer(this);
    this.#timer.set(headMs);
    socket.on('data', this.#onData).on('end', this.#onEnd).on('drain', this.#onDrain);
    socket.on('error', ignore).on('close', this.#onClose);
  }

  get isEnding(): boolean {
    return this.#isHalfClosed && this.#backlog.isEmpty;
  }

  /** Closes it where no request has begun. */
  closeIdle(): void {
    if (this.#state.kind === 'waiting' && this.#requests.isIdle && this.#backlog.isEmpty) this.#socket.destroy();
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#isHeld) this.#socket.resume();
  }

  cut({ reset }: { reset: boolean } = { reset: false }): void {
    this.writer.write();
    // Node cannot reset a connection of TLS; one that ends without a close_notify is a broken one too (RFC 9112 §9.8).
    if (reset && this.peer.protocol === 'http') this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  moved(): void {
    if (this.#isHalfClosed) this.#timer.set(this.#context.limits.halfClosedMs);
  }

  finished(closes: boolean): void {
    if (this.#state.kind !== 'serving' || this.#socket.destroyed) return;
    if (closes || this.isEnding || !this.#requests.isDone) {
      this.#linger();
      return;
    }
    this.#state = { kind: 'waiting' };
    if (this.#isPaused) this.resume();
    this.#requests.next();
    // A client that has gone refuses the answer, and what it had sent behind is not served.
    if (this.#isHalfClosed) this.#timer.set(this.#context.limits.leavingMs);
    else this.#goOn();
  }

  /** Requests that came together are served together. */
  turnEnds(): void {
    this.#goOn();
  }

  #goOn(): void {
    if (this.#state.kind !== 'waiting' || this.#socket.destroyed) return;
    this.#timer.set(this.#context.limits.keepAliveMs);
    this.#readBacklog();
    if (this.#isHalfClosed && this.#state.kind === 'waiting') this.#onEnd();
    else if (this.#isHeld && !this.#backlog.isFull) {
      this.#isHeld = false;
      if (!this.#isPaused) this.#socket.resume();
    }
  }

  release(): Socket {
    const socket = this.#socket;
    this.writer.write();
    this.#state = { kind: 'switched' };
    this.#timer.clear();
    socket.off('data', this.#onData).off('end', this.#onEnd).off('drain', this.#onDrain);
    socket.pause();
    for (const bytes of this.#backlog.takeAll().reverse()) socket.unshift(bytes);
    return socket;
  }

  expire(): void {
    if (this.#state.kind === 'waiting' && !this.#backlog.isEmpty) {
      // Reading tells nothing any more; a write to a client that has refused the answer fails, even an empty one.
      this.#socket.write('', (error) => {
        if (!error) this.#goOn();
      });
      return;
    }
    const isLate = this.#state.kind === 'waiting' && !this.#requests.isIdle;
    if (isLate) this.#answerRefusal(408, 'The head of the request took too long to arrive.');
    else this.cut();
  }

  begun(head: RequestHead, framing: Framing): void {
    this.#timer.clear();
    this.#state = { kind: 'serving', client: new Http1Client(head, framing, this), isBegun: false };
  }

  part(part: Buffer): void {
    if (this.#state.kind === 'serving') this.#state.client.body.part(part);
  }

  ended(trailers: RawHeaders): void {
    if (this.#state.kind === 'serving') this.#state.client.body.complete(trailers);
  }

  readonly #onData = (bytes: Buffer): void => {
    if (!this.#isOpen()) return;
    if (this.#requests.isDone || !this.#backlog.isEmpty) this.#keep(bytes);
    else if (this.#state.kind === 'waiting' && this.#requests.isIdle) {
      this.#backlog.add(bytes);
      this.#context.turn.reads(this);
    } else this.#read(bytes);
  };

  #read(bytes: Buffer): void {
    if (this.#state.kind === 'waiting' && this.#requests.isIdle) this.#timer.set(this.#context.limits.headMs);
    const end = this.#requests.read(bytes, 0, this);
    if (typeof end !== 'number') {
      this.#refuse(end);
      return;
    }
    if (end < bytes.length) this.#backlog.putBack(bytes.subarray(end));
    const state = this.#state;
    if (state.kind !== 'serving') return;
    // The request's head and what of its body came with it go on together.
    if (state.isBegun) {
      state.client.body.flush();
      return;
    }
    state.isBegun = true;
    state.client.body.flush();
    serve(state.client, this.#context);
  }

  #readBacklog(): void {
    while (!this.#requests.isDone && this.#isOpen()) {
      const bytes = this.#backlog.take();
      if (bytes === undefined) return;
      this.#read(bytes);
    }
  }

  #keep(bytes: Buffer): void {
    this.#backlog.add(bytes);
    if (!this.#backlog.isFull) return;
    this.#isHeld = true;
    this.#socket.pause();
  }

  #isOpen(): boolean {
    return this.#state.kind === 'waiting' || this.#state.kind === 'serving';
  }

  #refuse({ status, sentence }: Refusal): void {
    const { address } = this.peer;
    this.#context.log({ level: 'info', msg: 'refused', status, cause: sentence, address });
    const client = this.#state.kind === 'serving' ? this.#state.client : undefined;
    client?.left(status);
    if (client?.isAnswered === true) this.cut();
    else this.#answerRefusal(status, sentence);
  }

  #answerRefusal(status: Refusal['status'] | 408, sentence: string): void {
    this.#context.tally?.malformed(status);
    this.writer.text(refusalText(status, sentence, this.#context.date()));
    this.#linger();
  }

  #linger(): void {
    this.writer.write();
    this.#state = { kind: 'lingering' };
    this.#backlog.takeAll();
    this.#timer.set(this.#context.limits.lingerMs);
    this.#socket.end();
    this.#socket.resume();
  }

  readonly #onEnd = (): void => {
    if (this.#state.kind === 'waiting') this.#readBacklog();
    if (this.#state.kind === 'serving') {
      // It may still wait for its answer, or it may be gone: a close looks the same until something is sent.
      this.#isHalfClosed = true;
      if (this.#requests.isDone) this.moved();
      else this.cut();
    } else if (this.#state.kind === 'waiting') {
      if (this.#requests.isIdle) this.#socket.end();
      else this.#refuse(refuse(400, 'The connection ended before the request.'));
    }
  };

  readonly #onDrain = (): void => {
    this.moved();
    if (this.#state.kind === 'serving') this.#state.client.drained();
  };

  readonly #onClose = (): void => {
    const state = this.#state;
    this.#state = { kind: 'closed' };
    this.#timer[Symbol.dispose]();
    this.writer.drop();
    if (state.kind === 'serving') state.client.left();
    this.#onClosed(this);
  };
}

/** The end of a connection is told by its close. */
function ignore(): void {}

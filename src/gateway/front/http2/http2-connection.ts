import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import { Peer } from '../../headers/peer.js';
import type { RawHeaders } from '../../headers/raw-headers.js';
import type { Refusal } from '../../http1/refusal.js';
import type { Limits } from '../../limits.js';
import type { ServingContext } from '../../serving/context.js';
import { serve } from '../../serving/serve.js';
import type { Expiring, TickTimer } from '../../timing/ticker.js';
import type { ConnectionOwner, ServedConnection } from '../clients.js';
import { refusalAnswer } from '../refusal-text.js';
import { Allowance } from './allowance.js';
import { answerFields } from './answer-fields.js';
import { Http2Client, type StreamOwner } from './http2-client.js';
import { readRequest } from './read-request.js';

/** A GOAWAY with it says that the end is near, and refuses nothing yet (RFC 9113 §6.8). */
const LAST_STREAM = 2 ** 31 - 1;

type State =
  | { kind: 'open' }
  /** It takes no more streams, and closes with the last of them. */
  | { kind: 'closing' }
  /** Nothing more is said: the client is to close too. */
  | { kind: 'lingering' }
  | { kind: 'closed' };

/** A client's connection of HTTP/2: many requests at once, each a stream of its own. */
export class Http2Connection implements ServedConnection, StreamOwner, Expiring {
  readonly #socket: TLSSocket;
  readonly #session: ServerHttp2Session;
  readonly #context: ServingContext;
  readonly #peer: Peer;
  readonly #timer: TickTimer;
  readonly #onClosed: (connection: ServedConnection) => void;
  /** Of requests that come to nothing: each costs the gateway more than the client (CVE-2023-44487, CVE-2025-8671). */
  readonly #broken: Allowance;
  /** Of frames that must be acknowledged (CVE-2019-9512, CVE-2019-9515). */
  readonly #controls: Allowance;
  /** Streams whose times somebody keeps; the connection's own time is up only without them. */
  #attended = 0;
  #state: State = { kind: 'open' };

  constructor(socket: TLSSocket, { context, onClosed }: ConnectionOwner) {
    const { limits } = context;
    this.#socket = socket;
    this.#context = context;
    this.#onClosed = onClosed;
    this.#peer = new Peer(socket.remoteAddress ?? 'unknown', 'https');
    this.#broken = new Allowance({ most: limits.brokenStreams, perSecond: limits.brokenStreams / 10 });
    this.#controls = new Allowance({ most: limits.controlFrames, perSecond: limits.controlFrames / 10 });
    // A stream ends by itself; a client that closes its side of the connection is gone.
    socket.allowHalfOpen = false;
    socket.on('error', ignore).on('close', this.#onSocketClose);
    this.#session = performServerHandshake(socket, sessionOptions(limits));
    this.#session
      .on('stream', this.#onStream as () => void)
      .on('error', ignore)
      .on('close', this.#onSessionClose);
    this.#session.on('ping', this.#onControl).on('remoteSettings', this.#onControl);
    this.#timer = context.ticker.timer(this);
    this.#timer.set(limits.headMs);
    if (context.isStopping()) this.announceEnd();
  }

  announceEnd(): void {
    // The session ends with a client's GOAWAY, though the client may keep its side of the connection.
    if (this.#state.kind === 'open' && !this.#session.destroyed)
      this.#session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM);
  }

  /** Takes no more streams; the others run to their end. */
  closeIdle(): void {
    if (this.#state.kind !== 'open') return;
    this.#state = { kind: 'closing' };
    this.#session.close();
  }

  cut(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }

  /** Without a request, or without a word when it was to close. */
  expire(): void {
    if (this.#state.kind !== 'open') {
      this.cut();
      return;
    }
    this.closeIdle();
    this.#timer.set(this.#context.limits.lingerMs);
  }

  readonly #onStream = (stream: ServerHttp2Stream, _: unknown, flags: number, raw: RawHeaders): void => {
    stream.on('error', ignore).once('close', this.#rest);
    const { headBytes, headFields } = this.#context.limits;
    const isEnded = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    const request = readRequest(raw, isEnded, { bytes: headBytes, fields: headFields });
    if (request.kind === 'refused') {
      this.#refuse(stream, request);
      return;
    }
    const client = new Http2Client(stream, { ...request, peer: this.#peer }, this);
    // What of the body came with the head goes on with it, as from a connection of HTTP/1.1.
    if (request.framing.kind === 'none') serve(client, this.#context);
    else setImmediate(() => client.isOpen && serve(client, this.#context));
  };

  /** It is answered, while the other streams go on: where it ends is never in doubt. */
  #refuse(stream: ServerHttp2Stream, { status, sentence }: Refusal): void {
    this.#context.tally?.malformed(status);
    this.#context.log({ level: 'info', msg: 'refused', status, cause: sentence, address: this.#peer.address });
    this.#charge(this.#broken);
    if (stream.destroyed || stream.closed) return;
    const { headers, body } = refusalAnswer(status, sentence, this.#context.date());
    stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR)).resume();
    stream.respond(answerFields(status, headers));
    stream.end(body);
  }

  attended(): void {
    this.#attended += 1;
    this.#timer.clear();
  }

  unattended(): void {
    this.#attended -= 1;
    this.#rest();
  }

  closed(isWhole: boolean): void {
    if (!isWhole) this.#charge(this.#broken);
  }

  readonly #onControl = (): void => this.#charge(this.#controls);

  #charge(allowance: Allowance): void {
    if (this.#state.kind === 'closed' || this.#state.kind === 'lingering' || allowance.take()) return;
    const cause = new Error('The connection has used up its share of broken requests or control frames.');
    this.#context.log({ level: 'info', msg: 'refused', cause: cause.message, address: this.#peer.address });
    this.#state = { kind: 'lingering' };
    this.#session.destroy(cause, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }

  readonly #rest = (): void => {
    if (this.#attended > 0 || this.#state.kind === 'closed') return;
    const { keepAliveMs, lingerMs } = this.#context.limits;
    this.#timer.set(this.#state.kind === 'open' ? keepAliveMs : lingerMs);
  };

  readonly #onSessionClose = (): void => {
    if (this.#state.kind === 'closed') return;
    this.#state = { kind: 'lingering' };
    this.#timer.set(this.#context.limits.lingerMs);
  };

  readonly #onSocketClose = (): void => {
    this.#state = { kind: 'closed' };
    this.#timer[Symbol.dispose]();
    this.#onClosed(this);
  };
}

function sessionOptions({ headBytes, headFields, streams }: Limits): ServerOptions {
  return {
    settings: {
      maxConcurrentStreams: streams,
      // Each field counts 32 bytes more than its text (RFC 9113 §6.5.2). What is above it is reset and never answered.
      maxHeaderListSize: headBytes + 32 * headFields,
      enablePush: false,
    },
    // Somewhat more than the gateway takes, so that it can say so.
    maxHeaderListPairs: 2 * headFields,
    maxSessionInvalidFrames: 100,
    // What all streams may have waiting to be read by the client.
    maxSessionMemory: 32,
  };
}

/** The end of a connection or a stream is told by its close. */
function ignore(): void {}

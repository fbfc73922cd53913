import {
  type Agent,
  type ClientRequest,
  type IncomingMessage,
  type InformationEvent,
  request as open,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Origin } from './agents.js';
import { startDeadline } from './deadline.js';
import type { Departure } from './departure.js';
import { type BodyPump, pumpRequestBody } from './pump-request-body.js';
import type { Reply } from './reply.js';

export interface UpstreamRequest {
  agent: Agent;
  origin: Origin;
  method: string;
  /** Path with query. */
  path: string;
  headers: readonly string[];
  /** The client's message when it has a body. */
  body: IncomingMessage | undefined;
  /** Sends the head at once, because the client waits for a 100 before it sends the body. */
  expects: boolean;
  /** Until the head of the answer; the time starts anew whenever a part of the body moves. */
  deadlineMs: number;
  departure: Departure;
  /** Told of 1xx answers. */
  onInformation: (information: InformationEvent) => void;
}

/** Sends one request to one instance and waits for the head of its answer. Never rejects. */
export function askUpstream(options: UpstreamRequest): Promise<Reply> {
  return new Promise((resolve) => new Attempt(options, resolve));
}

/** Waits for the first of: an answer, a dead connection, the deadline, the client's leaving. */
class Attempt {
  readonly #options: UpstreamRequest;
  readonly #resolve: (reply: Reply) => void;
  readonly #request: ClientRequest;
  readonly #pump: BodyPump | undefined;
  readonly #deadline: ReturnType<typeof startDeadline>;
  #isSettled = false;
  #isConnected = false;
  #bytesBefore = 0;

  constructor(options: UpstreamRequest, resolve: (reply: Reply) => void) {
    const { body, departure } = options;
    this.#options = options;
    this.#resolve = resolve;
    this.#request = openRequest(options);
    this.#deadline = startDeadline(options.deadlineMs, () => this.#expire());
    this.#pump = body && pumpRequestBody(body, this.#request, () => this.#deadline.refresh());
    this.#listen();
    departure.tell(() => this.#fail({ kind: 'client-gone' }));
    if (body === undefined && !this.#isSettled) this.#request.end();
  }

  #listen(): void {
    const request = this.#request;
    request.once('socket', (socket) => this.#takeSocket(socket));
    request.on('information', this.#options.onInformation);
    request.once('response', (answer) => this.#settle({ kind: 'answer', answer, release: () => this.#release() }));
    request.once('upgrade', (answer, socket, head) => this.#settle({ kind: 'switched', answer, socket, head }));
    request.on('error', (cause) => this.#die(cause));
    // A 101 that nobody asked for closes the request without an error.
    request.once('close', () => {
      if (!this.#isSettled) this.#die(new Error('the connection was closed without an answer'));
    });
  }

  /** The body stays with the client until there is a connection: what was not touched can go to another instance. */
  #takeSocket(socket: Socket): void {
    this.#bytesBefore = socket.bytesRead;
    const start = () => {
      this.#isConnected = true;
      if (this.#options.expects) this.#request.flushHeaders();
      this.#pump?.start();
    };
    if (socket.connecting) socket.once('connect', start);
    else start();
  }

  #expire(): void {
    const { body } = this.#options;
    const awaitsClient = body !== undefined && !body.complete && this.#isConnected && this.#pump?.blocked === false;
    this.#fail({ kind: awaitsClient ? 'client-stalled' : 'timeout' });
  }

  #die(cause: Error): void {
    const repeatable = this.#pump?.touched !== true;
    const { socket, reusedSocket } = this.#request;
    const isSilent = (socket?.bytesRead ?? this.#bytesBefore) === this.#bytesBefore;
    if (!this.#isConnected) this.#fail({ kind: 'unreachable', cause, repeatable });
    else if (reusedSocket && isSilent) this.#fail({ kind: 'stale', cause, repeatable });
    else this.#fail({ kind: 'broken', cause });
  }

  #fail(reply: Reply): void {
    if (this.#isSettled) return;
    this.#settle(reply);
    this.#pump?.stop();
    this.#request.destroy();
  }

  #settle(reply: Reply): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    this.#deadline[Symbol.dispose]();
    this.#options.departure.forget();
    this.#resolve(reply);
  }

  #release(): void {
    this.#pump?.stop();
    if (!this.#request.writableFinished) this.#request.destroy();
  }
}

function openRequest({ agent, origin, method, path, headers }: UpstreamRequest): ClientRequest {
  return open({
    agent,
    host: origin.host,
    port: origin.port,
    method,
    path,
    headers,
    setHost: false,
    insecureHTTPParser: false,
  });
}

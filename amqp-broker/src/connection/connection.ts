import type { Socket } from 'node:net';
import { ByteReader } from '../codec/byte-reader.js';
import { FRAME, PROTOCOL_HEADER } from '../codec/frame.js';
import { readMethod } from '../codec/method-reader.js';
import { METHODS, type Method, type MethodName } from '../codec/method-spec.js';
import { octetsOf } from '../codec/octets.js';
import { AmqpError } from '../errors.js';
import type { BrokerLimits } from '../limits.js';
import type { Log } from '../log.js';
import type { VirtualHosts } from '../virtual-hosts.js';
import type { Accounts } from './accounts.js';
import { type HandshakeState, handshake, type Progress } from './handshake.js';
import { type Heartbeat, startHeartbeat } from './heartbeat.js';
import { Intake } from './intake.js';
import { isLoopback } from './loopback.js';
import { Output } from './output.js';
import { readProtocolHeader } from './protocol-header.js';
import { Session } from './session.js';
import { offerOf } from './tune.js';

/** How long a client may take to answer connection.close before its socket is closed. */
const CLOSE_MS = 3_000;
/** How long a client that closed its connection may leave the socket open; shorter when its heartbeats are (RabbitMQ's rule). */
const LINGER_MS = 30_000;
/** With more than this many bytes unread by the client, the broker stops reading from it. */
const UNSENT_LIMIT = 16 * 1024 * 1024;

type State =
  | { kind: 'header'; received: Buffer }
  | { kind: 'handshake'; step: HandshakeState }
  | { kind: 'open'; session: Session; heartbeat: Heartbeat }
  | { kind: 'closing' }
  | { kind: 'closed' };

export interface ConnectionOptions {
  hosts: Pick<VirtualHosts, 'get'>;
  users: Accounts;
  limits: BrokerLimits;
  log: Log;
  /** Called at connection.open; throws when there are more connections than the broker takes. */
  admit: () => void;
  onClosed(connection: Connection): void;
}

/** One client: its socket, its state, its channels. */
export class Connection {
  readonly output: Output;
  readonly socket: Socket;
  private state: State = { kind: 'header', received: Buffer.alloc(0) };
  private readonly options: ConnectionOptions;
  private readonly bytes = new ByteReader();
  private readonly intake: Intake;
  private timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.socket = socket;
    this.options = options;
    this.output = new Output(socket);
    // Neither clients that do not read what they are sent nor publishers that outrun the disk may fill the memory.
    this.intake = new Intake(socket, {
      onFrame: (type, channel, buffer, start, end) => this.receiveFrame(type, channel, buffer, start, end),
      full: () => this.session?.blocked === true || this.output.unsent > UNSENT_LIMIT,
      onHeld: () => this.state.kind === 'open' && this.state.heartbeat.received(),
      onFault: (error) => this.crash(error, undefined),
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.receive(chunk));
    socket.on('error', (error) => options.log({ level: 'info', message: 'connection lost', error: error.message }));
    socket.on('close', () => this.ended());
    this.deadline(options.limits.handshakeMs);
  }

  /** Present while it is open. */
  get session(): Session | undefined {
    return this.state.kind === 'open' ? this.state.session : undefined;
  }

  /** Closes the channels that hold a delivery for too long. */
  closeLateChannels(): void {
    this.session?.closeLateChannels(this.options.limits.acknowledgementMs);
  }

  /** Asks the client to go (connection.close 320), and closes its socket when it does not. */
  shutdown(text: string): void {
    if (this.state.kind === 'open') this.fail(new AmqpError('CONNECTION_FORCED', text), undefined);
    else this.socket.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** Sends an exception and waits for the client's close-ok. */
  fail(error: AmqpError, method: MethodName | undefined): void {
    if (this.state.kind === 'closing' || this.state.kind === 'closed') return;
    this.options.log({ level: 'warn', message: 'connection closed by the broker', error: error.message });
    const [classId, methodId] = method === undefined ? [0, 0] : METHODS[method];
    this.endSession();
    this.state = { kind: 'closing' };
    this.output.method(0, 'connection.close', {
      replyCode: error.code,
      replyText: error.message.slice(0, 255),
      classId,
      methodId,
    });
    this.deadline(CLOSE_MS);
  }

  private receive(chunk: Buffer): void {
    if (this.state.kind === 'open') this.state.heartbeat.received();
    if (this.state.kind === 'header') this.receiveHeader(this.state.received, chunk);
    else this.intake.push(chunk);
  }

  private receiveHeader(received: Buffer, chunk: Buffer): void {
    const progress = readProtocolHeader(received, chunk);
    switch (progress.kind) {
      case 'more':
        this.state = { kind: 'header', received: progress.received };
        return;
      case 'wrong':
        this.state = { kind: 'closed' };
        this.socket.end(PROTOCOL_HEADER);
        return;
      case 'complete': {
        const fromLoopback = isLoopback(this.socket.remoteAddress);
        this.state = {
          kind: 'handshake',
          step: handshake({
            output: this.output,
            users: this.options.users,
            hosts: this.options.hosts,
            fromLoopback,
            offer: offerOf(this.options.limits),
            admit: this.options.admit,
          }),
        };
        this.intake.push(progress.rest);
        return;
      }
      default:
        throw progress satisfies never;
    }
  }

  private receiveFrame(type: number, channel: number, buffer: Buffer, start: number, end: number): void {
    let method: Method | undefined;
    try {
      const reader = this.bytes.reset(buffer, start, end);
      if (type === FRAME.METHOD) method = readMethod(reader);
      this.route(type, channel, method, buffer, start, end);
    } catch (error) {
      this.crash(error, method?.method);
    }
  }

  private route(
    type: number,
    number: number,
    method: Method | undefined,
    buffer: Buffer,
    start: number,
    end: number,
  ): void {
    switch (this.state.kind) {
      case 'open': {
        if (type === FRAME.HEARTBEAT) {
          if (number !== 0) throw new AmqpError('UNEXPECTED_FRAME', octetsOf(type, buffer, start, end));
          return;
        }
        if (number === 0 && method === undefined)
          throw new AmqpError('UNEXPECTED_FRAME', octetsOf(type, buffer, start, end));
        if (method !== undefined && number === 0) this.handleConnectionMethod(method, this.state.session);
        else this.state.session.frame(type, number, method, buffer, start, end);
        return;
      }
      case 'handshake':
        if (type === FRAME.HEARTBEAT) return;
        if (method === undefined || number !== 0)
          throw new AmqpError('UNEXPECTED_FRAME', 'expected a method of the handshake');
        this.handshake(this.state.step, method);
        return;
      case 'closing':
        if (method?.method === 'connection.close') this.output.method(0, 'connection.close-ok', {});
        if (method?.method === 'connection.close-ok') this.finish();
        return;
      case 'header':
      case 'closed':
        return;
      default:
        throw this.state satisfies never;
    }
  }

  private handshake(step: HandshakeState, method: Method): void {
    if (method.method === 'connection.close') {
      this.output.method(0, 'connection.close-ok', {});
      this.finish();
      return;
    }
    const progress = step.next(method);
    if (progress.kind === 'refused') {
      if (progress.announce) this.fail(progress.error, 'connection.start-ok');
      else this.socket.destroy();
      return;
    }
    if (progress.limits !== undefined) this.intake.frameMax = this.output.frameMax = progress.limits.frameMax;
    if (progress.kind === 'open') this.open(progress);
  }

  private open({ kind: _, ...opened }: Extract<Progress, { kind: 'open' }>): void {
    clearTimeout(this.timer);
    const { log, limits } = this.options;
    const session = new Session({ ...opened, messageBytes: limits.messageBytes, output: this.output, log });
    this.output.beforeFlush = () => session.sendConfirms();
    this.output.onRoom = () => session.resumeConsumers();
    const heartbeat = startHeartbeat(
      opened.limits.heartbeat,
      (first) => this.beat(first),
      () => this.socket.destroy(),
    );
    this.state = { kind: 'open', session, heartbeat };
  }

  private handleConnectionMethod(method: Method, session: Session): void {
    switch (method.method) {
      case 'connection.close':
        this.closedByClient(session.limits.heartbeat);
        return;
      case 'connection.update-secret':
        // Passwords do not expire, so there is nothing to renew, as with RabbitMQ's internal users.
        this.output.method(0, 'connection.update-secret-ok', {});
        return;
      case 'connection.blocked':
      case 'connection.unblocked':
        return;
      default:
        throw new AmqpError('CHANNEL_ERROR', 'unexpected method in connection state running');
    }
  }

  /** The client ends the socket: several of its threads may close at once, and each waits for an answer. */
  private closedByClient(heartbeatSeconds: number): void {
    this.endSession();
    this.state = { kind: 'closing' };
    this.output.method(0, 'connection.close-ok', {});
    this.deadline(Math.min(heartbeatSeconds * 1000 || LINGER_MS, LINGER_MS));
  }

  private beat(first: boolean): void {
    if (first || this.output.idle) {
      this.output.heartbeat();
      this.output.flush();
    }
    // Written by now, the heartbeat itself does not count: the next one comes after half the interval again.
    this.output.idle = true;
  }

  /** Ends the socket once everything gathered for it is written. */
  private finish(): void {
    this.endSession();
    this.state = { kind: 'closed' };
    this.output.end();
    this.deadline(CLOSE_MS);
  }

  private crash(error: unknown, method: MethodName | undefined): void {
    if (error instanceof AmqpError) {
      this.fail(error, error.during ?? method);
      return;
    }
    this.options.log({
      level: 'error',
      message: 'internal error',
      error: error instanceof Error ? error.stack : String(error),
    });
    this.fail(new AmqpError('INTERNAL_ERROR', 'the broker could not handle a frame'), method);
  }

  private deadline(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.socket.destroy(), ms);
  }

  private endSession(): void {
    if (this.state.kind !== 'open') return;
    this.state.heartbeat.stop();
    this.state.session.close();
  }

  private ended(): void {
    this.endSession();
    this.state = { kind: 'closed' };
    clearTimeout(this.timer);
    this.intake.stop();
    this.options.onClosed(this);
  }
}

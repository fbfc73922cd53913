import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { ByteReader } from '../../src/codec/byte-reader.js';
import { ByteWriter } from '../../src/codec/byte-writer.js';
import { type FieldTable, NO_FIELDS } from '../../src/codec/field.js';
import { FRAME, FRAME_END, PROTOCOL_HEADER } from '../../src/codec/frame.js';
import { FrameReader } from '../../src/codec/frame-reader.js';
import { readMethod } from '../../src/codec/method-reader.js';
import type { Method, MethodFields, MethodName, MethodNamed } from '../../src/codec/method-spec.js';
import { writeMethod } from '../../src/codec/method-writer.js';

export type Received = { channel: number } & (
  | { kind: 'method'; method: Method }
  | { kind: 'header' | 'body' | 'heartbeat'; bytes: Buffer }
);

/** A client that sends what no client library would. */
export class RawClient implements AsyncDisposable {
  readonly received: Received[] = [];
  /** The socket's end, seen. */
  closed = false;
  readonly socket: Socket;
  private wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.socket = socket;
    const frames = new FrameReader(Number.POSITIVE_INFINITY);
    const note = () => this.wake();
    socket.on('data', (chunk) => {
      frames.push(chunk, (type, channel, buffer, start, end) => {
        this.received.push(decode(type, channel, buffer, start, end));
      });
      note();
    });
    socket.on('error', note);
    socket.on('close', () => {
      this.closed = true;
      note();
    });
  }

  static async connect(url: string): Promise<RawClient> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  /** Connects, opens the virtual host, and opens channel 1. */
  static async open(
    url: string,
    clientProperties: FieldTable = NO_FIELDS,
    options: { frameMax?: number; virtualHost?: string; heartbeat?: number } = {},
  ): Promise<RawClient> {
    const client = await RawClient.connect(url);
    client.socket.write(PROTOCOL_HEADER);
    await client.next('connection.start');
    client.method(0, 'connection.start-ok', {
      clientProperties,
      mechanism: 'PLAIN',
      response: '\0guest\0guest',
      locale: 'en_US',
    });
    const tune = await client.next('connection.tune');
    client.method(0, 'connection.tune-ok', {
      channelMax: tune.channelMax,
      frameMax: options.frameMax ?? tune.frameMax,
      heartbeat: options.heartbeat ?? 0,
    });
    client.method(0, 'connection.open', { virtualHost: options.virtualHost ?? '/', reserved1: '', reserved2: false });
    await client.next('connection.open-ok');
    client.method(1, 'channel.open', { reserved1: '' });
    await client.next('channel.open-ok');
    return client;
  }

  method<Name extends MethodName>(channel: number, method: Name, fields: MethodFields<Name>): void {
    const writer = new ByteWriter();
    writeMethod(writer, method, fields);
    this.frame(FRAME.METHOD, channel, writer.bytes());
  }

  frame(type: number, channel: number, payload: Buffer): void {
    const writer = new ByteWriter().octet(type).short(channel).long(payload.length).raw(payload).octet(FRAME_END);
    this.socket.write(Buffer.from(writer.bytes()));
  }

  /** Waits for the first method of that name among what was received and not asked for yet. */
  async next<Name extends MethodName>(name: Name): Promise<MethodNamed<Name>> {
    for (;;) {
      const index = this.received.findIndex((each) => each.kind === 'method' && each.method.method === name);
      const [found] = index < 0 ? [] : this.received.splice(index, 1);
      if (found?.kind === 'method') return found.method as MethodNamed<Name>;
      if (this.closed) throw new Error(`closed before ${name}; received ${JSON.stringify(this.received)}`);
      await this.change();
    }
  }

  async end(): Promise<void> {
    while (!this.closed) await this.change();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    await this.end();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = resolve;
    });
  }
}

function decode(type: number, channel: number, buffer: Buffer, start: number, end: number): Received {
  if (type === FRAME.METHOD)
    return { channel, kind: 'method', method: readMethod(new ByteReader().reset(buffer, start, end)) };
  const kind = type === FRAME.HEADER ? 'header' : type === FRAME.BODY ? 'body' : 'heartbeat';
  return { channel, kind, bytes: Buffer.from(buffer.subarray(start, end)) };
}

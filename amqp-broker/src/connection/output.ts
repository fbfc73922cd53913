import type { Socket } from 'node:net';
import { ByteWriter } from '../codec/byte-writer.js';
import { BASIC_CLASS, FRAME, FRAME_END, FRAME_OVERHEAD } from '../codec/frame.js';
import type { MethodFields, MethodName } from '../codec/method-spec.js';
import { writeMethod } from '../codec/method-writer.js';
import { bodySize, type Message } from '../message.js';

/** Above this many unsent bytes a consumer gets no more deliveries. */
const HIGH_WATER = 256 * 1024;
const SMALLEST_CHUNK = 4 * 1024;
const LARGEST_CHUNK = 64 * 1024;
/** Bodies up to this size are copied beside their frames; larger ones are sent from where they are. */
const COPY_LIMIT = 16 * 1024;

/** The way out of a connection: frames are gathered for one turn of the event loop and written together. */
export class Output {
  /** The largest whole frame that the peer accepts, in bytes. */
  frameMax = Number.POSITIVE_INFINITY;
  /** Heartbeats are only sent when nothing else was. */
  idle = true;
  /** Called right before a write: whoever gathers confirms adds them now. */
  beforeFlush: () => void = () => {};
  /** Called when there is room for deliveries again. */
  onRoom: () => void = () => {};
  private readonly socket: Socket;
  private readonly scratch = new ByteWriter();
  private chunk = Buffer.allocUnsafeSlow(SMALLEST_CHUNK);
  private start = 0;
  private at = 0;
  private parts: Buffer[] = [];
  private pending = 0;
  private scheduled = false;
  private holds = 0;
  private wasFull = false;
  private ending = false;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('drain', () => this.offerRoom());
  }

  /** Bytes that the peer has not taken yet. */
  get unsent(): number {
    return this.pending + this.socket.writableLength;
  }

  /** Whether deliveries should wait; `onRoom` tells when they may go on. */
  get full(): boolean {
    if (this.unsent < HIGH_WATER) return false;
    this.wasFull = true;
    return true;
  }

  method<Name extends MethodName>(channel: number, method: Name, fields: MethodFields<Name>): void {
    writeMethod(this.scratch.clear(), method, fields);
    this.frame(FRAME.METHOD, channel, this.scratch.bytes());
  }

  heartbeat(): void {
    this.frame(FRAME.HEARTBEAT, 0, Buffer.alloc(0));
  }

  /** basic.deliver and its content, written in place: this is the hot path of the broker. */
  deliver(channel: number, consumerTag: string, deliveryTag: number, redelivered: boolean, message: Message): void {
    const { exchange, routingKey } = message;
    const size = 4 + 8 + 1 + 3 + consumerTag.length + exchange.length + routingKey.length;
    let at = this.reserve(size + FRAME_OVERHEAD);
    const { chunk } = this;
    at = writeFrameHead(chunk, at, FRAME.METHOD, channel, size);
    chunk.writeUInt32BE(BASIC_CLASS * 0x1_0000 + 60, at);
    at = writeShortstr(chunk, at + 4, consumerTag);
    chunk.writeUInt32BE(Math.floor(deliveryTag / 0x1_0000_0000), at);
    chunk.writeUInt32BE(deliveryTag % 0x1_0000_0000, at + 4);
    chunk[at + 8] = redelivered ? 1 : 0;
    at = writeShortstr(chunk, at + 9, exchange);
    at = writeShortstr(chunk, at, routingKey);
    chunk[at] = FRAME_END;
    this.content(channel, message);
  }

  /** The content header and body frames that follow basic.deliver, basic.return and basic.get-ok. */
  content(channel: number, message: Message): void {
    const { content, bodyAt } = message;
    const length = bodySize(message);
    const small = length <= COPY_LIMIT && length <= this.frameMax - FRAME_OVERHEAD;
    const size = 12 + bodyAt;
    const headerEnd = size + FRAME_OVERHEAD;
    let at = this.reserve(small && length > 0 ? headerEnd + length + FRAME_OVERHEAD : headerEnd);
    const { chunk } = this;
    if (small && length > 0) {
      const to = at + headerEnd;
      // Copied whole to where its body belongs, since a part would need a view; the frames are then written around the body.
      chunk.set(content, to + 7 - bodyAt);
      writeFrameHead(chunk, to, FRAME.BODY, channel, length);
      chunk[to + 7 + length] = FRAME_END;
    }
    at = writeFrameHead(chunk, at, FRAME.HEADER, channel, size);
    chunk.writeUInt32BE(BASIC_CLASS * 0x1_0000, at);
    chunk.writeUInt32BE(0, at + 4);
    chunk.writeUInt32BE(length, at + 8);
    for (let index = 0; index < bodyAt; index += 1) chunk[at + 12 + index] = content[index] as number;
    chunk[at + size] = FRAME_END;
    if (!small) this.bodies(channel, content, bodyAt);
    this.schedule();
  }

  /** Holds everything back until the promise settles, so that no answer overtakes the disk. */
  hold(until: Promise<unknown>): void {
    this.holds += 1;
    const release = () => {
      this.holds -= 1;
      this.flush();
    };
    until.then(release, release);
  }

  /** Writes what is gathered. */
  flush(): void {
    this.scheduled = false;
    if (this.holds > 0 || !this.socket.writable) return;
    this.scheduled = true;
    this.beforeFlush();
    this.scheduled = false;
    this.seal();
    this.write();
    if (this.ending) this.socket.end();
  }

  /** Ends the socket once everything gathered for it is written. */
  end(): void {
    this.ending = true;
    this.schedule();
  }

  /** Asks for a flush at the end of this turn of the event loop. */
  schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  private frame(type: number, channel: number, payload: Buffer): void {
    let at = this.reserve(payload.length + FRAME_OVERHEAD);
    at = writeFrameHead(this.chunk, at, type, channel, payload.length);
    payload.copy(this.chunk, at);
    this.chunk[at + payload.length] = FRAME_END;
    this.schedule();
  }

  private bodies(channel: number, content: Buffer, bodyAt: number): void {
    const most = this.frameMax - FRAME_OVERHEAD;
    for (let from = bodyAt; from < content.length; from += most) {
      this.body(channel, content, from, Math.min(from + most, content.length));
    }
  }

  private body(channel: number, source: Buffer, from: number, to: number): void {
    const size = to - from;
    if (size <= COPY_LIMIT) {
      let at = this.reserve(size + FRAME_OVERHEAD);
      at = writeFrameHead(this.chunk, at, FRAME.BODY, channel, size);
      source.copy(this.chunk, at, from, to);
      this.chunk[at + size] = FRAME_END;
      return;
    }
    // The place first: reserving it may begin another chunk.
    const head = this.reserve(FRAME_OVERHEAD - 1);
    writeFrameHead(this.chunk, head, FRAME.BODY, channel, size);
    this.seal();
    this.parts.push(source.subarray(from, to));
    this.pending += size;
    const end = this.reserve(1);
    this.chunk[end] = FRAME_END;
  }

  private write(): void {
    const { parts } = this;
    if (parts.length === 0) return;
    this.parts = [];
    this.pending = 0;
    this.idle = false;
    if (parts.length > 1) this.socket.cork();
    for (const part of parts) this.socket.write(part);
    if (parts.length > 1) this.socket.uncork();
    // What the kernel took at once needs the chunk no longer.
    if (this.socket.writableLength === 0) this.start = this.at = 0;
    this.offerRoom();
  }

  private offerRoom(): void {
    if (!this.wasFull || this.unsent >= HIGH_WATER) return;
    this.wasFull = false;
    this.onRoom();
  }

  private reserve(size: number): number {
    if (this.at + size > this.chunk.length) {
      this.seal();
      this.chunk = Buffer.allocUnsafeSlow(Math.max(size, Math.min(this.chunk.length * 2, LARGEST_CHUNK)));
      this.start = 0;
      this.at = 0;
    }
    const at = this.at;
    this.at += size;
    this.pending += size;
    return at;
  }

  private seal(): void {
    if (this.at === this.start) return;
    this.parts.push(this.chunk.subarray(this.start, this.at));
    this.start = this.at;
  }
}

function writeFrameHead(chunk: Buffer, at: number, type: number, channel: number, size: number): number {
  chunk[at] = type;
  chunk[at + 1] = channel >>> 8;
  chunk[at + 2] = channel & 0xff;
  chunk.writeUInt32BE(size, at + 3);
  return at + 7;
}

function writeShortstr(chunk: Buffer, at: number, value: string): number {
  chunk[at] = value.length;
  chunk.write(value, at + 1, value.length, 'latin1');
  return at + 1 + value.length;
}

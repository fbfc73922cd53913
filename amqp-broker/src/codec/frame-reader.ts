import { AmqpError } from '../errors.js';
import { FRAME, FRAME_END, FRAME_OVERHEAD } from './frame.js';

/** Called with each whole frame; the payload is `buffer[start..end)`. The buffer is never used again, so that parts of it may be kept and changed. */
export type OnFrame = (type: number, channel: number, buffer: Buffer, start: number, end: number) => void;

const HEADER_SIZE = 7;

/**
 * Cuts a stream of bytes into frames. Frames that lie whole in a chunk are handed on without a copy;
 * a frame spread over chunks is gathered in a buffer of exactly its size, so a sender of single bytes costs no more than its frame.
 */
export class FrameReader {
  /** The largest whole frame that the peer may send, in bytes. */
  frameMax: number;
  private partial: Buffer = Buffer.allocUnsafe(HEADER_SIZE);
  private filled = 0;
  /** What it has not handed on since it was to stop. */
  private rest: Buffer | undefined;

  constructor(frameMax: number) {
    this.frameMax = frameMax;
  }

  /** Stops in front of a method when `full` says so; `resume` goes on from there, and has to come before the next chunk. */
  push(chunk: Buffer, onFrame: OnFrame, full: () => boolean = never): void {
    let at = this.filled === 0 ? 0 : this.fill(chunk, onFrame);
    while (chunk.length - at >= HEADER_SIZE) {
      if (chunk[at] === FRAME.METHOD && full()) {
        this.rest = chunk.subarray(at);
        return;
      }
      const size = this.frameSize(chunk, at);
      if (at + size > chunk.length) break;
      emit(chunk, at, size, onFrame);
      at += size;
    }
    if (at < chunk.length) this.keep(chunk, at);
  }

  /** Goes on where it stopped. */
  resume(onFrame: OnFrame, full: () => boolean): void {
    const { rest } = this;
    this.rest = undefined;
    if (rest !== undefined) this.push(rest, onFrame, full);
  }

  /** Completes the frame begun by earlier chunks; answers how many bytes of this chunk it took. */
  private fill(chunk: Buffer, onFrame: OnFrame): number {
    let at = 0;
    if (this.filled < HEADER_SIZE) {
      at = chunk.copy(this.partial, this.filled, 0, HEADER_SIZE - this.filled);
      this.filled += at;
      if (this.filled < HEADER_SIZE) return at;
      this.partial = grow(this.partial, this.frameSize(this.partial, 0));
    }
    const copied = chunk.copy(this.partial, this.filled, at, at + this.partial.length - this.filled);
    this.filled += copied;
    if (this.filled < this.partial.length) return at + copied;
    const frame = this.partial;
    this.partial = Buffer.allocUnsafe(HEADER_SIZE);
    this.filled = 0;
    emit(frame, 0, frame.length, onFrame);
    return at + copied;
  }

  private keep(chunk: Buffer, at: number): void {
    const rest = chunk.length - at;
    const size = rest < HEADER_SIZE ? HEADER_SIZE : this.frameSize(chunk, at);
    this.partial = Buffer.allocUnsafe(size);
    this.filled = chunk.copy(this.partial, 0, at);
  }

  private frameSize(buffer: Buffer, at: number): number {
    const size = buffer.readUInt32BE(at + 3) + FRAME_OVERHEAD;
    if (size > this.frameMax) {
      throw new AmqpError(
        'FRAME_ERROR',
        `frame of ${size} bytes is larger than the negotiated maximum of ${this.frameMax}`,
      );
    }
    return size;
  }
}

function never(): boolean {
  return false;
}

function emit(buffer: Buffer, at: number, size: number, onFrame: OnFrame): void {
  const end = at + size - 1;
  if (buffer[end] !== FRAME_END)
    throw new AmqpError('FRAME_ERROR', `frame ends with octet ${buffer[end]} instead of 206`);
  const channel = ((buffer[at + 1] as number) << 8) | (buffer[at + 2] as number);
  onFrame(buffer[at] as number, channel, buffer, at + HEADER_SIZE, end);
}

function grow(header: Buffer, size: number): Buffer {
  const frame = Buffer.allocUnsafe(size);
  header.copy(frame, 0, 0, HEADER_SIZE);
  return frame;
}

import { readSync } from 'node:fs';

const SMALLEST = 8 * 1024;
const LARGEST = 64 * 1024;
/** A read this close behind a window goes on where that ended. */
const NEAR = 1024 * 1024;

interface Window {
  start: number;
  bytes: Buffer;
  /** How many of its bytes somebody wanted. */
  used: number;
}

/**
 * Reads a file in windows that grow while they are read in order, so that a message of a deep queue costs a fraction of a
 * system call. Reads block: what a queue needs next was mostly written lately and is in the page cache.
 */
export class ReadAhead {
  private readonly fd: number;
  private readonly most: number;
  /** The newest one last. */
  private readonly windows: Window[] = [];

  /** It keeps at most so many windows: so many queues can be read in their order at the same time. */
  constructor(fd: number, most: number) {
    this.fd = fd;
    this.most = most;
  }

  /** The bytes at the position; nothing from `end` on is looked at. Throws when there are not so many. */
  read(position: number, length: number, end: number): Buffer {
    const window = this.windows.findLast(
      ({ start, bytes }) => position >= start && position + length <= start + bytes.length,
    );
    const { start, bytes } = window ?? this.load(position, length, end);
    if (window !== undefined) window.used += length;
    return bytes.subarray(position - start, position - start + length);
  }

  private load(position: number, length: number, end: number): Window {
    const size = Math.min(Math.max(length, this.sizeFor(position)), end - position);
    const bytes = Buffer.allocUnsafeSlow(Math.max(size, 0));
    const read = size < length ? 0 : readSync(this.fd, bytes, 0, size, position);
    if (read < length) throw new Error(`the file ends before byte ${position + length}`);
    const window = { start: position, bytes: bytes.subarray(0, read), used: length };
    this.windows.push(window);
    if (this.windows.length > this.most) this.windows.shift();
    return window;
  }

  /** Twice what the window before it was good for. That one goes when it is used up; else other queues may have messages in it. */
  private sizeFor(position: number): number {
    const before = this.windows.findLastIndex(({ start, bytes }) => {
      const behind = position - start;
      return behind >= 0 && behind <= bytes.length + NEAR;
    });
    if (before < 0) return SMALLEST;
    const { used, bytes } = this.windows[before] as Window;
    if (used * 2 >= bytes.length) this.windows.splice(before, 1);
    return Math.min(Math.max(used * 2, SMALLEST), LARGEST);
  }
}

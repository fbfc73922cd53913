import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

type Written = (error?: Error | null) => void;

/** The socket of a connection to an upstream. A failed write does not close it until its patience has ended. */
export interface UpstreamSocket extends Socket {
  /** Which event says that it takes a request. */
  readonly standsAt: 'connect' | 'secureConnect';
  /** From here on a failed write closes it, as it closes any socket. */
  endPatience(): void;
  /** What went wrong, in words for the log. */
  explain(error: Error): Error;
}

/**
 * A socket whose failed writing does not close it. An upstream that answers before it has read the whole request and then closes makes
 * the next write fail, and closing at once would throw its answer away, which has arrived but has not been read (RFC 9112 §9.5).
 * What reading then meets, the answer or the end, decides.
 */
export class PlainSocket extends Socket implements UpstreamSocket {
  readonly standsAt = 'connect';
  #isPatient = true;
  #written: Written | undefined;
  #patiently: Written = () => {};

  /** With a buffer, what is read is told by `data` alone and holds until its listeners return: it cannot be piped, nor put back. */
  constructor(buffer?: Buffer) {
    super(buffer && readingTo(buffer));
  }

  endPatience(): void {
    this.#isPatient = false;
  }

  explain(error: Error): Error {
    return error;
  }

  override _write(chunk: unknown, encoding: BufferEncoding, written: Written): void {
    super._write(chunk, encoding, this.#toldBy(written));
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], written: Written): void {
    super._writev?.(chunks, this.#toldBy(written));
  }

  /** A stream is told of all its writes by one function of its own. */
  #toldBy(written: Written): Written {
    if (written !== this.#written) {
      this.#written = written;
      this.#patiently = (error) => {
        if (!error || !this.#isPatient) written(error);
      };
    }
    return this.#patiently;
  }
}

function readingTo(buffer: Buffer): SocketConstructorOpts & { onread: OnReadOpts } {
  function callback(this: Socket, length: number): boolean {
    this.emit('data', buffer.subarray(0, length));
    return true;
  }
  return { onread: { buffer, callback } };
}

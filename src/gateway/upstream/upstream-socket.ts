import { Socket } from 'node:net';

type Written = (error?: Error | null) => void;

/**
 * A socket whose failed writing does not close it. An upstream that answers before it has read the whole request and then closes makes
 * the next write fail, and closing at once would throw its answer away, which has arrived but has not been read (RFC 9112 §9.5).
 * What reading then meets, the answer or the end, decides.
 */
export class UpstreamSocket extends Socket {
  override _write(chunk: unknown, encoding: BufferEncoding, written: Written): void {
    super._write(chunk, encoding, (error) => {
      if (!error) written();
    });
  }

  override _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], written: Written): void {
    super._writev?.(chunks, (error) => {
      if (!error) written();
    });
  }
}

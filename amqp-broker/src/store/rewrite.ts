import type { FileHandle } from 'node:fs/promises';
import type { Files } from './files.js';

const COPIED_BYTES = 1024 * 1024;

/** A file being written from its beginning. */
export interface FreshFile {
  readonly path: string;
  readonly file: FileHandle;
  /** Bytes written so far. */
  readonly size: number;
  append(bytes: Buffer): Promise<void>;
}

/** A new journal in the making. */
export interface Rewrite {
  /** Whether `result` has settled. */
  readonly done: boolean;
  readonly result: Promise<FreshFile>;
  /** Stops it, closes the file and removes it. */
  cancel(): Promise<void>;
}

/** Writes the chunks to a new file; `onDone` is called when that ended, well or not. */
export function startRewrite(
  files: Files,
  path: string,
  chunks: Iterable<Buffer>,
  onDone: () => void = () => {},
): Rewrite {
  let cancelled = false;
  let file: FileHandle | undefined;
  const write = async (): Promise<FreshFile> => {
    file = await files.open(path, 'w+', 0o600);
    const fresh = freshFile(path, file);
    for (const chunk of chunks) {
      if (cancelled) throw new Error('cancelled');
      await fresh.append(chunk);
    }
    await file.datasync();
    return fresh;
  };
  const result = write();
  const rewrite = {
    done: false,
    result,
    async cancel() {
      cancelled = true;
      await result.catch(() => {});
      await file?.close().catch(() => {});
      await files.remove(path).catch(() => {});
    },
  };
  const settled = () => {
    rewrite.done = true;
    onDone();
  };
  result.then(settled, settled);
  return rewrite;
}

/** Writes all of the bytes at the position, however many writes that takes. */
export async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Appends what another file holds from one position up to another. */
export async function copyRange(source: FileHandle, from: number, to: number, target: FreshFile): Promise<void> {
  const bytes = Buffer.allocUnsafe(Math.min(COPIED_BYTES, to - from));
  for (let at = from; at < to; ) {
    const { bytesRead } = await source.read(bytes, 0, Math.min(bytes.length, to - at), at);
    if (bytesRead === 0) throw new Error(`the journal ends before byte ${to}`);
    await target.append(bytes.subarray(0, bytesRead));
    at += bytesRead;
  }
}

function freshFile(path: string, file: FileHandle): FreshFile {
  const fresh = {
    path,
    file,
    size: 0,
    async append(bytes: Buffer) {
      await writeAll(file, bytes, fresh.size);
      fresh.size += bytes.length;
    },
  };
  return fresh;
}

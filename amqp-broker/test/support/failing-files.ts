import type { FileHandle } from 'node:fs/promises';
import { type Files, REAL_FILES } from '../../src/store/files.js';

/** A file system whose faults can be switched on and off. */
export interface FailingFiles extends Files {
  /** Writes fail with ENOSPC, after so many bytes of each. */
  full: boolean;
  /** fdatasync fails with EIO, after what was written is lost. */
  unsynced: boolean;
  /** Syncing a folder fails with EIO. */
  foldersUnsynced: boolean;
}

/** The real file system, until it is told to fail. */
export function failingFiles(): FailingFiles {
  const files: FailingFiles = {
    ...REAL_FILES,
    full: false,
    unsynced: false,
    foldersUnsynced: false,
    open: async (path, flags, mode) => failing(await REAL_FILES.open(path, flags, mode), files),
  };
  return files;
}

function failing(real: FileHandle, faults: Omit<FailingFiles, keyof Files>): FileHandle {
  /** Where the last written bytes stand that are not synced. */
  let dirtyFrom: number | undefined;
  const write = async (bytes: Buffer, offset = 0, length = bytes.length, position: number | null = null) => {
    if (faults.full) {
      // A full disk takes a part of a write before it refuses the rest.
      const part = Math.min(length, 3);
      if (position !== null) await real.write(bytes, offset, part, position);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    }
    if (position !== null) dirtyFrom = Math.min(dirtyFrom ?? position, position);
    return real.write(bytes, offset, length, position);
  };
  const datasync = async () => {
    if (faults.unsynced) {
      // Linux marks the pages clean after it failed to write them: a second fsync would report success.
      if (dirtyFrom !== undefined) await real.truncate(dirtyFrom);
      dirtyFrom = undefined;
      throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
    }
    await real.datasync();
    dirtyFrom = undefined;
  };
  const sync = async () => {
    if (faults.foldersUnsynced) throw Object.assign(new Error('EIO: i/o error, fsync'), { code: 'EIO' });
    await real.sync();
  };
  return new Proxy(real, {
    get(target, name) {
      if (name === 'write') return write;
      if (name === 'datasync') return datasync;
      if (name === 'sync') return sync;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

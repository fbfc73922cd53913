import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';

/** The file system as the journal uses it; tests pass one whose disk is full, whose syncs fail or whose power does. */
export interface Files {
  open(path: string, flags: string, mode?: number): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a whole folder, if it is there. */
  remove(path: string): Promise<void>;
  /** Makes a folder with those above it; answers the topmost that was not there. */
  makeFolder(path: string): Promise<string | undefined>;
}

/** The real one. */
export const REAL_FILES: Files = {
  open,
  rename,
  remove: (path) => rm(path, { recursive: true, force: true }),
  makeFolder: (path) => mkdir(path, { recursive: true, mode: 0o700 }),
};

import { type FileHandle, open, rename } from 'node:fs/promises';

/** The file system as the journal uses it; tests pass one whose disk is full or whose syncs fail. */
export interface Files {
  open(path: string, flags: string, mode?: number): Promise<FileHandle>;
  rename(from: string, to: string): Promise<void>;
}

/** The real one. */
export const REAL_FILES: Files = { open, rename };

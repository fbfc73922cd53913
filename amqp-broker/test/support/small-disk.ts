import { execFile, execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from './temporary-folder.js';

const run = promisify(execFile);
/** Room for some hundred messages of 1 KB. */
const ROOM_KIB = 512;

/** A place that the kernel lets nobody fill beyond its size. */
export interface SmallDisk extends AsyncDisposable {
  readonly dataDir: string;
  /** For the shell that becomes the broker. */
  readonly before: string;
  /** Gives it more room, while the process runs. */
  grow(pid: number): Promise<void>;
}

/** The process may write no larger files (EFBIG, after as much of a write as fits). */
export async function limitedFiles(): Promise<SmallDisk> {
  const folder = await temporaryFolder();
  return {
    dataDir: join(folder.path, 'data'),
    // In blocks of 512 bytes.
    before: `ulimit -S -f ${ROOM_KIB * 2}`,
    async grow(pid) {
      await run('prlimit', ['--pid', String(pid), '--fsize=unlimited']);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

/** A file system of its own that is full (ENOSPC). */
export async function smallFileSystem(): Promise<SmallDisk> {
  const folder = await temporaryFolder();
  const mounted = join(folder.path, 'mounted');
  await mkdir(mounted);
  await run('mount', ['-t', 'tmpfs', '-o', `size=${ROOM_KIB}k`, 'tmpfs', mounted]);
  return {
    dataDir: join(mounted, 'data'),
    before: ':',
    async grow() {
      await run('mount', ['-o', 'remount,size=64m', mounted]);
    },
    async [Symbol.asyncDispose]() {
      await run('umount', ['--lazy', mounted]);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Whether this process may limit files, and change the limit of another. */
export function canLimitFiles(): boolean {
  return works('prlimit', ['--fsize']);
}

/** Whether this process may mount anything: tried out in a namespace of its own, which ends with it. */
export function canMount(): boolean {
  return process.getuid?.() === 0 && works('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']);
}

function works(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Replaces a file so that a reader sees the old or the new content, never a part, also after a crash. Keeps its mode. */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  // A link stays one: what it points to is replaced.
  const target = await realpath(path).catch(() => path);
  // Unlikely to be taken, and refused where it is; node:crypto would take longer to load than all else here.
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}-${Math.random().toString(36).slice(2)}`);
  const mode = await modeOf(target);
  try {
    const handle = await open(temporary, 'wx', mode ?? 0o666);
    try {
      // The mode of a new file is cut by the umask; that of an old one stays.
      if (mode !== undefined) await handle.chmod(mode);
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return undefined;
  }
}

import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure } from '../errors.js';

/** What fits into `sockaddr_un.sun_path` on macOS, the shortest, with its final zero (unix(4)). */
const maxBytes = 103;

/** `.mscli/control.sock`, or a place in the user's own runtime folder where that path is too long for a socket. */
export async function controlSocketPath(
  stateFolder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const path = join(stateFolder, 'control.sock');
  if (Buffer.byteLength(path) <= maxBytes) return path;
  const folder = join(env.XDG_RUNTIME_DIR || tmpdir(), `mscli-${process.getuid?.() ?? 'user'}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await refuseForeign(folder);
  return join(folder, `${createHash('sha256').update(stateFolder).digest('hex').slice(0, 16)}.sock`);
}

/** In a folder that all may write to, somebody else may have made ours first. */
async function refuseForeign(folder: string): Promise<void> {
  const { uid } = await lstat(folder);
  if (process.getuid && uid !== process.getuid()) {
    throw failure('EXISTS', `The folder ${folder}, which the control socket needs, belongs to another user.`, {
      hint: 'Set XDG_RUNTIME_DIR to a folder of your own.',
    });
  }
  await chmod(folder, 0o700);
}

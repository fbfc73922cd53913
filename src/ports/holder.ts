import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The process that listens on a port. `command` is its command line, or its name where no more is known. */
export interface PortHolder {
  pid: number;
  command: string;
}

export interface PortHolderOptions {
  platform?: NodeJS.Platform;
  run?: (command: string, args: string[]) => Promise<string>;
}

/** Who listens on `port`, or undefined when nobody does or this user may not see it. */
export async function portHolder(port: number, options: PortHolderOptions = {}): Promise<PortHolder | undefined> {
  try {
    return (options.platform ?? process.platform) === 'linux'
      ? await holderFromProc(port)
      : await holderFromLsof(port, options.run ?? runQuietly);
  } catch {
    return undefined;
  }
}

async function holderFromProc(port: number): Promise<PortHolder | undefined> {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  for (const entry of await readdir('/proc')) {
    if (/^\d+$/.test(entry) && (await holdsAny(entry, inodes))) {
      return { pid: Number(entry), command: await commandOf(entry) };
    }
  }
  return undefined;
}

/** The socket inodes in state LISTEN (0A) on the port: Linux Documentation/networking/proc_net_tcp. */
async function listeningInodes(port: number): Promise<Set<string>> {
  const tables = await Promise.all(
    ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const inodes = new Set<string>();
  for (const line of tables.flatMap((table) => table.split('\n').slice(1))) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    const localPort = Number.parseInt(local?.slice(local.lastIndexOf(':') + 1) ?? '', 16);
    if (state === '0A' && localPort === port && inode) inodes.add(inode);
  }
  return inodes;
}

async function holdsAny(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

async function commandOf(pid: string): Promise<string> {
  const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  const words = line.split('\0').filter((word) => word !== '');
  return words.length > 0 ? words.join(' ') : (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '?')).trim();
}

async function holderFromLsof(
  port: number,
  run: NonNullable<PortHolderOptions['run']>,
): Promise<PortHolder | undefined> {
  const pid = Number(/^p(\d+)$/m.exec(await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fp']))?.[1]);
  if (!Number.isInteger(pid)) return undefined;
  const command = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => '');
  return { pid, command: command.trim() || '?' };
}

async function runQuietly(command: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { timeout: 5_000 });
  return stdout;
}

import { failure } from '../errors.js';

export interface InstallOptions {
  root: string;
  signal: AbortSignal;
  /** Receives npm's own lines. */
  report: (line: string) => void;
}

/** Variables by which an npm that called mscli would steer the npm that mscli calls. */
const inherited =
  /^npm_(?:package_|lifecycle_|command$|execpath$|config_(?:local_prefix|prefix|global|workspace|workspaces|include_workspace_root|dry_run)$)/;

/** Runs `npm install` in the workspace. A failure leaves the files as they are. */
export async function install({ root, signal, report }: InstallOptions): Promise<void> {
  const { execa } = await import('execa');
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !inherited.test(name)));
  const flags = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=warn'];
  const child = execa('npm', flags, {
    cwd: root,
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 3000,
  });
  for await (const line of child.iterable({ from: 'all' })) report(String(line));
  const result = await child;
  if (signal.aborted) throw failure('INTERRUPTED', `npm install was stopped in ${root}.`, { hint: again(root) });
  if (!result.failed) return;
  const reason = result.exitCode === undefined ? result.shortMessage : `exit code ${result.exitCode}`;
  throw failure('INSTALL_FAILED', `npm install failed in ${root}: ${reason}.`, { hint: again(root), cause: result });
}

function again(root: string): string {
  const folder = /[^\w./-]/.test(root) ? `'${root.replaceAll("'", "'\\''")}'` : root;
  return `All files are written; what is left is: cd ${folder} && npm install`;
}

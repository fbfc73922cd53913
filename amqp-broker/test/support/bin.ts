import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles the package's own bin from its sources, so that the test needs no build before it. */
export async function bundleBin(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const outfile = join(folder, 'amqp-broker.mjs');
  await build({
    entryPoints: [join(PACKAGE, 'bin/amqp-broker.js')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    logLevel: 'error',
    absWorkingDir: dirname(PACKAGE),
  });
  return outfile;
}

export interface BrokerProcess extends AsyncDisposable {
  readonly url: string;
  readonly managementPort: number | undefined;
  readonly child: ChildProcess;
  /** Ends it with the signal and waits until it is gone; answers its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the bin on a free port and waits for its line; `before` is what a shell does in the same process first. */
export async function startBin(bin: string, args: readonly string[], before = ':'): Promise<BrokerProcess> {
  const command = [process.execPath, bin, '--port', '0', ...args];
  const child = spawn('sh', ['-c', `${before}; exec "$@"`, 'sh', ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const exited = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => Promise.reject(new Error(`The broker ended before it listened: ${errors}`))),
  ]);
  const { url, managementPort } = JSON.parse(String(line[0])) as Pick<BrokerProcess, 'url' | 'managementPort'>;
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url,
    managementPort,
    child,
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
    },
  };
}

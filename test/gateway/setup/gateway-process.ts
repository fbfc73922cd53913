import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Discovery, updateDiscovery } from '@mscli/runtime/discovery';
import { build } from 'esbuild';
import type { LogEntry } from '../../../src/gateway/log.js';
import { waitUntil } from './wait-until.js';

export interface GatewayProcess extends AsyncDisposable {
  child: ChildProcess;
  port: number;
  url: string;
  /** Path of the discovery file. */
  path: string;
  lines: LogEntry[];
  exit: Promise<number | null>;
}

export interface Bundle extends AsyncDisposable {
  file: string;
}

/** Bundles src/gateway/main.ts as the build does. */
export function bundleGateway(): Promise<Bundle> {
  return bundleProgram(join(import.meta.dirname, '../../../src/gateway/main.ts'));
}

export async function bundleProgram(entryPoint: string): Promise<Bundle> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-gateway-bundle-'));
  const outfile = join(folder, 'gateway.mjs');
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  return { file: outfile, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** The gateway as a process of its own, on a free port. */
export async function gatewayProcess(
  bundle: string,
  discover: (draft: Discovery) => void = () => {},
  env: Record<string, string> = {},
): Promise<GatewayProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-gateway-'));
  const path = join(folder, 'discovery.json');
  await updateDiscovery(path, discover);
  const child = spawn(process.execPath, [bundle], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PORT: '0',
      MSCLI_STATE_URL: pathToFileURL(folder).href,
      MSCLI_INSTANCE_ID: 'gateway-1',
      ...env,
    },
  });
  const lines: LogEntry[] = [];
  let rest = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(JSON.parse(part));
  });
  const exit = once(child, 'exit').then(([code]) => code as number | null);
  const listening = () => lines.find(({ msg }) => msg.startsWith('listening on '));
  await waitUntil(() => listening() !== undefined || child.exitCode !== null, 'the gateway to listen');
  const url = listening()?.msg.slice('listening on '.length) ?? '';
  return {
    child,
    url,
    port: Number(url.split(':').at(-1)),
    path,
    lines,
    exit,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

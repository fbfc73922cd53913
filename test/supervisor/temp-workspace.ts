import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isFree } from '../../src/ports/free-port.js';
import { parseConfig, type Workspace } from '../../src/workspace/index.js';

export const serviceFixture = join(import.meta.dirname, 'fixtures/service.mjs');

/** A workspace on disk with the given mscli.yaml and files, removed at the end. */
export async function tempWorkspace(yaml: string, files: Record<string, string> = {}): Promise<TempWorkspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'mscli-up-')));
  for (const [path, content] of Object.entries({ 'mscli.yaml': yaml, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const config = parseConfig(yaml, { file: join(root, 'mscli.yaml'), env: {}, folderExists: () => true });
  const stateFolder = join(root, '.mscli');
  return {
    root,
    name: config.name,
    config,
    stateFolder,
    stateUrl: pathToFileURL(stateFolder).href,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export type TempWorkspace = Workspace & AsyncDisposable;

/** Ports that are free now, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** The first of so many free ports in a row, below those that the system gives out by itself. */
export async function freeRange(count: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if ((await Promise.all(ports.map(isFree))).every(Boolean)) return first;
  }
}

/** Waits for a condition, generously. */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  withinMs = 20_000,
): Promise<Exclude<NonNullable<T>, false>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found) return found as Exclude<NonNullable<T>, false>;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${probe}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

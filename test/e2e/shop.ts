import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import { type Mscli, mscli } from './mscli.js';

/** A shop workspace of its own, on ports of its own. */
export interface Shop extends AsyncDisposable {
  root: string;
  gateway: string;
  mscli: Mscli;
  /** Pids of every process whose command line or working folder is in the workspace. */
  processes(): Promise<number[]>;
}

export interface ShopOptions {
  /** Path of the Node binary that runs mscli. */
  node?: string;
  bin?: string;
}

export async function makeShop(options: ShopOptions = {}): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-shop-'));
  const root = join(folder, 'shop');
  await cp(inject('installedShop'), root, { recursive: true, verbatimSymlinks: true });
  const [gateway = 0] = await movePorts(join(root, 'mscli.yaml'));
  const cli = mscli({ cwd: root, ...options });
  return {
    root,
    gateway: `http://127.0.0.1:${gateway}`,
    mscli: cli,
    processes: () => processesIn(root),
    async [Symbol.asyncDispose]() {
      await cli.run('down', '--volumes');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A registered, signed-in customer who talks to the gateway. */
export async function newCustomer(gateway: string, email: string) {
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({ email, password: 'correct horse' });
  const registered = await fetch(`${gateway}/auth/register`, { method: 'POST', headers: json, body });
  if (registered.status !== 201) throw new Error(`register answered ${registered.status}: ${await registered.text()}`);
  const login = await fetch(`${gateway}/auth/login`, { method: 'POST', headers: json, body });
  const { token } = (await login.json()) as { token: string };
  const headers = { ...json, authorization: `Bearer ${token}` };

  const get = async (path: string) => {
    const reply = await fetch(gateway + path, { headers });
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };
  // The profile is made by an event, a moment after the registration.
  await until(async () => (await get('/users/me')).status === 200);
  return {
    get,
    balance: async () => (await get('/users/me')).body.balance,
    stock: async (product: string) => (await get(`/products/${product}`)).body.stock,
    async order(productId: string, quantity: number) {
      const order = JSON.stringify({ productId, quantity });
      const reply = await fetch(`${gateway}/orders`, { method: 'POST', headers, body: order });
      return { status: reply.status, body: (await reply.json()) as Record<string, string> };
    },
  };
}

/** Waits for a condition, asking often; fails when it does not come true in a generous time. */
export async function until(condition: () => Promise<boolean> | boolean, timeoutMs = 30_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not true after ${timeoutMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Gives every `port:` of the file a free one, the gateway's first; the order stays. */
async function movePorts(file: string): Promise<number[]> {
  const text = await readFile(file, 'utf8');
  const ports = await freePorts(text.match(/port: \d+/g)?.length ?? 0);
  let next = 0;
  await writeFile(
    file,
    text.replace(/port: \d+/g, () => `port: ${ports[next++]}`),
  );
  return ports;
}

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

/** Where there is no /proc, a process is known by its command line alone. */
async function processesIn(root: string): Promise<number[]> {
  if (process.platform !== 'linux') return listedIn(root);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const own = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      return environment.includes(`MSCLI_STATE_URL=file://${root}`) || command.includes(root) ? [Number(pid)] : [];
    }),
  );
  return own.flat();
}

async function listedIn(root: string): Promise<number[]> {
  const { stdout } = await execa('ps', ['-axww', '-o', 'pid=,command=']);
  return stdout.split('\n').flatMap((line) => (line.includes(root) ? [Number.parseInt(line, 10)] : []));
}

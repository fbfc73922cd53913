import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { inject } from 'vitest';
import { parseDocument } from 'yaml';
import { eventually } from '../support/eventually.js';
import { freePorts, freeRange } from '../support/free-ports.js';
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
  /** Of each service. Default 1. */
  instances?: number;
}

export async function makeShop({ instances = 1, ...options }: ShopOptions = {}): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-shop-'));
  const root = join(folder, 'shop');
  await cp(inject('installedShop'), root, { recursive: true, verbatimSymlinks: true });
  const [gateway = 0] = await movePorts(join(root, 'mscli.yaml'), instances);
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
  await eventually(async () => (await get('/users/me')).status === 200);
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

/** Gives every `port:` of the file a free one, the gateway's first; the order stays. An instance more has the next port. */
async function movePorts(file: string, instances: number): Promise<number[]> {
  const config = parseDocument(await readFile(file, 'utf8'));
  const services = Object.keys(config.toJS().services);
  const count = services.length + 1;
  const first = instances === 1 ? undefined : await freeRange(count * instances);
  const ports =
    first === undefined ? await freePorts(count) : Array.from({ length: count }, (_, n) => first + n * instances);
  config.setIn(['gateway', 'port'], ports[0]);
  for (const [n, service] of services.entries()) {
    config.setIn(['services', service, 'port'], ports[n + 1]);
    if (instances > 1) config.setIn(['services', service, 'instances'], instances);
  }
  await writeFile(file, config.toString());
  return ports;
}

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

// npm run demo [-- --exit]: installs, builds, makes the shop sample in a temporary folder, brings it up on the embedded
// broker, places orders and shows what happened. On a terminal it stays up until Ctrl-C.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installAndBuild, root } from './ready.js';
import { placeOrder, signIn } from './shop/customer.js';
import { moveTakenPorts } from './shop/free-ports.js';

const stays = process.stdout.isTTY && !process.argv.includes('--exit');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());

step('Installing and building mscli');
installAndBuild();
const folder = mkdtempSync(join(tmpdir(), 'mscli-demo-'));
const shop = join(folder, 'shop');
let failed = false;
try {
  await demonstrate();
} catch (error) {
  failed = !stop.signal.aborted;
  if (failed) console.error('The demo failed:', error);
} finally {
  step('Taking everything down');
  await mscli(shop, ['down', '--volumes'], { stopped: true }).catch(() => {});
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);

async function demonstrate() {
  step('A workspace with four services: auth, user, product, order');
  await mscli(folder, ['new', 'workspace', 'shop', '--sample', 'shop']);
  const port = await moveTakenPorts(join(shop, 'mscli.yaml'));
  const gateway = `http://localhost:${port}`;

  step('Up: the broker, the gateway and the services');
  await mscli(shop, ['up', '--detach', '--broker', 'embedded']);

  step('Ada registers, logs in, and orders a keyboard (49.00 of the 100.00 in her wallet) and a monitor (249.00)');
  const ada = await signIn(gateway, { email: 'ada@example.com', password: 'correct horse' }, stop.signal);
  const keyboard = await order(gateway, ada, { productId: 'keyboard', quantity: 1 });
  const monitor = await order(gateway, ada, { productId: 'monitor', quantity: 1 });

  step(`The order that ended ${await stateOf(keyboard)}`);
  await mscli(shop, ['saga', 'trace', keyboard]);
  step(`The order that ended ${await stateOf(monitor)}: the wallet was too small, so the stock was given back`);
  await mscli(shop, ['saga', 'trace', monitor]);

  step('A breaker, tripped by hand');
  await mscli(shop, ['breaker', 'trip', 'gateway->product-service', '--for', '20s', '--reason', 'demo', '--yes']);
  const refused = await fetch(`${gateway}/products`);
  console.log(`GET /products -> ${refused.status}, retry-after: ${refused.headers.get('retry-after')}`);
  await mscli(shop, ['breaker', 'list']);
  await mscli(shop, ['breaker', 'reset', 'gateway->product-service']);
  if (stays) await stayUp(gateway, keyboard);
}

/** @param {string} gateway @param {string} id */
async function stayUp(gateway, id) {
  const cli = `node ${join(root, 'bin/mscli.js')}`;
  step('It is up. In a second terminal, try');
  console.log(`  cd ${shop}
  curl ${gateway}/products
  ${cli} ps
  ${cli} events tail
  ${cli} saga trace ${id}
  ${cli} breaker trip 'gateway->product-service' --for 30s

Ctrl-C ends it.`);
  await sleep(2 ** 31 - 1, undefined, { signal: stop.signal }).catch(() => {});
}

/** @param {string} gateway @param {string} token @param {{ productId: string, quantity: number }} body */
async function order(gateway, token, body) {
  const placed = await placeOrder(gateway, token, body, stop.signal);
  console.log(`POST /orders ${JSON.stringify(body)} -> ${placed.state}${placed.reason ? `: ${placed.reason}` : ''}`);
  return placed.id;
}

/** @param {string} id */
async function stateOf(id) {
  return JSON.parse(await mscli(shop, ['saga', 'trace', id, '--json'], { quiet: true })).state;
}

/**
 * Runs a command of mscli, shown as a person would type it; resolves to what it printed.
 *
 * @param {string} cwd
 * @param {string[]} args
 */
async function mscli(cwd, args, { quiet = false, stopped = false } = {}) {
  if (!quiet) console.log(`$ mscli ${args.map((arg) => (/[ >*#]/.test(arg) ? `'${arg}'` : arg)).join(' ')}`);
  const child = spawn(process.execPath, [join(root, 'bin/mscli.js'), ...args], {
    cwd,
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
    // Ctrl-C reaches this process only, which then takes everything down in order.
    detached: true,
    ...(stopped ? {} : { signal: stop.signal }),
  });
  /** @type {Buffer[]} */
  const printed = [];
  child.stdout?.on('data', (chunk) => printed.push(chunk));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`mscli ${args[0]} ended with exit code ${code}`);
  return Buffer.concat(printed).toString();
}

/** @param {string} text */
function step(text) {
  console.log(`\n${process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : `# ${text}`}`);
}

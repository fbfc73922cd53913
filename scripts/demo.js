// npm run demo [-- --exit]: installs, builds, makes the shop sample in a temporary folder, brings it up on the embedded
// broker, places orders and shows what happened. On a terminal it stays up until Ctrl-C.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installAndBuild, root } from './ready.js';

const stays = process.stdout.isTTY && !process.argv.includes('--exit');
const stop = new AbortController();
process.on('SIGINT', () => stop.abort());
process.on('SIGTERM', () => stop.abort());

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
  const ada = await signIn(gateway, { email: 'ada@example.com', password: 'correct horse' });
  const keyboard = await order(gateway, ada, { productId: 'keyboard', quantity: 1 });
  const monitor = await order(gateway, ada, { productId: 'monitor', quantity: 1 });

  step(`The order that ended ${await stateOf(keyboard)}`);
  await mscli(shop, ['saga', 'trace', keyboard]);
  step(`The order that ended ${await stateOf(monitor)}: the wallet was too small, so the stock was given back`);
  await mscli(shop, ['saga', 'trace', monitor]);

  step('A breaker, tripped by hand');
  await mscli(shop, ['breaker', 'trip', 'gateway->product-service', '--for', '20s', '--reason', 'demo']);
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

/** @param {string} gateway @param {{ email: string, password: string }} credentials */
async function signIn(gateway, credentials) {
  await call(`${gateway}/auth/register`, { body: credentials });
  const { token } = await call(`${gateway}/auth/login`, { body: credentials });
  // The profile is made by an event, a moment after the registration.
  for (let tries = 0; tries < 100; tries += 1) {
    const profile = await fetch(`${gateway}/users/me`, { headers: { authorization: `Bearer ${token}` } });
    if (profile.ok) return token;
    await sleep(50, undefined, { signal: stop.signal });
  }
  throw new Error('the profile did not appear');
}

/** @param {string} gateway @param {string} token @param {{ productId: string, quantity: number }} body */
async function order(gateway, token, body) {
  const placed = await call(`${gateway}/orders`, { token, body, answers: [201, 202, 409] });
  console.log(`POST /orders ${JSON.stringify(body)} -> ${placed.state}${placed.reason ? `: ${placed.reason}` : ''}`);
  return placed.id;
}

/**
 * @param {string} url
 * @param {{ token?: string, body: object, answers?: number[] }} request
 * @returns {Promise<any>}
 */
async function call(url, { token, body, answers = [200, 201] }) {
  const headers = { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal: stop.signal });
  if (!answers.includes(reply.status)) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return reply.json();
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

/**
 * Gives every port of mscli.yaml that is taken on this machine a free one; resolves to the gateway's.
 *
 * @param {string} file
 */
async function moveTakenPorts(file) {
  const text = readFileSync(file, 'utf8');
  /** @type {number[]} */
  const ports = [];
  for (const [, port] of text.matchAll(/port: (\d+)/g)) ports.push(await freePort(Number(port)));
  let next = 0;
  writeFileSync(
    file,
    text.replace(/port: \d+/g, () => `port: ${ports[next++]}`),
  );
  return ports[0];
}

/** @param {number} wanted @returns {Promise<number>} */
function freePort(wanted) {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(freePort(0)));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @param {string} text */
function step(text) {
  console.log(`\n${process.stdout.isTTY ? `\x1b[1m${text}\x1b[0m` : `# ${text}`}`);
}

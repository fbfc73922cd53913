// npm run picture: makes docs/picture.svg of a real terminal in which mscli runs the shop sample, in a temporary folder
// and on the embedded broker. It shows the name of the user who makes it, as `breaker trip` does, and no path.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { drawTerminal } from './picture/draw-terminal.js';
import { hasTmux, openTerminal } from './picture/open-terminal.js';
import { readAnsi } from './picture/read-ansi.js';
import { installAndBuild, root } from './ready.js';
import { placeOrder, signIn } from './shop/customer.js';
import { moveTakenPorts } from './shop/free-ports.js';

const columns = 100;
const file = join(root, 'docs/picture.svg');
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop.abort());
const { signal } = stop;

if (!(await hasTmux())) {
  console.error('tmux is missing: the picture is taken of a real terminal. Install it, such as with apt or brew.');
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), 'mscli-picture-'));
const shop = join(folder, 'shop');
try {
  installAndBuild();
  await mscli(folder, ['new', 'workspace', 'shop', '--sample', 'shop']);
  const port = await moveTakenPorts(join(shop, 'mscli.yaml'));
  const screen = await visit(`http://localhost:${port}`);
  const description = 'A terminal shows the processes of a workspace, an order that was compensated, and a breaker.';
  writeFileSync(file, drawTerminal(readAnsi(screen), { columns, title: 'shop', description }));
  console.log(`wrote ${file}`);
} catch (error) {
  console.error('There is no new picture:', signal.aborted ? 'it was interrupted' : error);
  process.exitCode = 1;
} finally {
  await mscli(shop, ['down', '--volumes']).catch(() => {});
  rmSync(folder, { recursive: true, force: true });
}

/**
 * What the terminal shows after a look at the shop and at an order for more than the wallet holds.
 *
 * @param {string} gateway
 */
async function visit(gateway) {
  const place = { socket: join(folder, 'tmux'), cwd: shop, path: pathWithMscli() };
  const terminal = await openTerminal({ ...place, columns, rows: 120, signal });
  try {
    await terminal.type('mscli up -d --broker embedded');
    const ada = await signIn(gateway, { email: 'ada@example.com', password: 'correct horse' }, signal);
    await placeOrder(gateway, ada, { productId: 'keyboard', quantity: 1 }, signal);
    const { id } = await placeOrder(gateway, ada, { productId: 'monitor', quantity: 1 }, signal);

    await terminal.clear();
    await terminal.type('mscli ps');
    await terminal.type(`mscli saga trace ${id.slice(0, 8)}`);
    await terminal.type("mscli breaker trip 'gateway->product-service' --for 30s --reason 'stock count' --yes");
    return await terminal.read();
  } finally {
    await terminal.close();
  }
}

/** A PATH on which `mscli` is this checkout's. */
function pathWithMscli() {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(join(root, 'bin/mscli.js'), join(bin, 'mscli'));
  return [bin, dirname(process.execPath), process.env.PATH].join(delimiter);
}

/** @param {string} cwd @param {string[]} args */
async function mscli(cwd, args) {
  await promisify(execFile)(process.execPath, [join(root, 'bin/mscli.js'), ...args], { cwd });
}

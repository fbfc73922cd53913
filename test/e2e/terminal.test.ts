import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { eventually } from '../support/eventually.js';
import { makeShop, type Shop } from './shop.js';
import { openTerminal, type Terminal, terminalReason } from './terminal.js';

const mscli = `${process.execPath} ${join(packageRoot(), 'bin/mscli.js')}`;

beforeEach(async (context) => {
  const reason = await terminalReason();
  if (reason) context.skip(reason);
});

async function enter(terminal: Terminal, line: string) {
  await terminal.type(line);
  await terminal.press('Enter');
}

test('new service asks on a terminal', async () => {
  await using shop = await makeShop();
  await using terminal = await openTerminal(shop.root);
  await enter(terminal, `${mscli} new service --no-install`);
  await terminal.shows(/name/i);
  await enter(terminal, 'payment');
  await eventually(async () => {
    if (existsSync(join(shop.root, 'services/payment-service/src/main.ts'))) return true;
    await terminal.press('Enter');
    await new Promise((resolve) => setTimeout(resolve, 500));
    return false;
  });
  expect(await readFile(join(shop.root, 'mscli.yaml'), 'utf8')).toContain('payment-service');
});

test('Ctrl-C at a question writes nothing and exits with 130', async () => {
  await using shop = await makeShop();
  await using terminal = await openTerminal(shop.root);
  await enter(terminal, `${mscli} new service --no-install; echo exit=$?`);
  await terminal.shows(/name/i);
  await terminal.press('C-c');
  await terminal.shows('exit=130');
  expect(existsSync(join(shop.root, 'services/payment-service'))).toBe(false);
});

test('Ctrl-C leaves the prompt on a line of its own', async () => {
  await using shop = await makeShop();
  await mkdir(join(shop.root, '.mscli/logs'), { recursive: true });
  await writeFile(join(shop.root, '.mscli/logs/gateway.log'), 'said before\n');
  await using terminal = await openTerminal(shop.root);
  await enter(terminal, `${mscli} logs gateway --follow; echo exit=$?`);
  await terminal.shows('said before');
  await terminal.press('C-c');
  await terminal.shows(/^exit=0$/m);
});

test('Ctrl-C ends up and everything it started', async () => {
  await using shop = await makeShop();
  await using terminal = await openTerminal(shop.root);
  await enter(terminal, `${mscli} up --broker embedded; echo exit=$?`);
  await ready(shop);
  await terminal.press('C-c');
  await terminal.shows(/exit=\d+/);
  await nothingIsLeft(shop);
});

test('a closed terminal ends up and everything it started', async () => {
  await using shop = await makeShop();
  await using terminal = await openTerminal(shop.root);
  await enter(terminal, `${mscli} up --broker embedded`);
  await ready(shop);
  await terminal.close();
  await nothingIsLeft(shop);
});

test('a killed supervisor leaves nothing once the next command has run', async () => {
  await using shop = await makeShop();
  const { supervisor } = await shop.mscli.json('up', '--detach', '--broker', 'embedded');
  process.kill(supervisor.pid, 'SIGKILL');
  await shop.mscli.run('ps');
  await nothingIsLeft(shop);
});

test('SIGTERM ends a detached up and everything it started', async () => {
  await using shop = await makeShop();
  const { supervisor } = await shop.mscli.json('up', '--detach', '--broker', 'embedded');
  process.kill(supervisor.pid, 'SIGTERM');
  await nothingIsLeft(shop);
});

async function ready({ mscli, gateway }: Shop) {
  await eventually(async () => {
    const { processes } = await mscli.json('ps');
    return processes.length > 0 && processes.every(({ state }: { state: string }) => state === 'ready');
  }, 60_000);
  expect((await fetch(`${gateway}/products`)).status).toBe(200);
}

async function nothingIsLeft({ processes, root }: Shop) {
  await eventually(async () => (await processes()).length === 0);
  await eventually(async () => {
    const { instances } = JSON.parse(await readFile(join(root, '.mscli/discovery.json'), 'utf8'));
    return Object.keys(instances).length === 0;
  });
}

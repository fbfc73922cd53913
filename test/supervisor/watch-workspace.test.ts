import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { planProcesses } from '../../src/supervisor/plan-processes.js';
import { watchWorkspace } from '../../src/supervisor/watch-workspace.js';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';
import { superviseWorkspace } from './supervise-workspace.js';
import { serviceFixture, tempWorkspace } from './temp-workspace.js';

it('sees sources that are saved in the same moment as mscli.yaml', { timeout: 30_000 }, async () => {
  const [gateway, port] = await freePorts(2);
  const source = (answer: string) => `
    import { createServer } from 'node:http';
    createServer((_, response) => response.end('${answer}')).listen(Number(process.env.PORT), '127.0.0.1');
    process.on('SIGTERM', () => process.exit(0));
  `;
  await using workspace = await tempWorkspace(
    `name: both\ngateway: { port: ${gateway} }\nservices:\n  a: { path: services/a, port: ${port} }\n`,
    { 'services/a/package.json': '{"type":"module"}', 'services/a/src/main.ts': source('0') },
  );
  await using up = await superviseWorkspace(workspace);
  const broker = { kind: 'external', url: 'amqp://127.0.0.1:5672', reason: 'test' } as const;
  const entries = { gateway: serviceFixture, embeddedBroker: serviceFixture };
  const notes: string[] = [];
  await using _watching = await watchWorkspace({
    workspace,
    plan: (current) => planProcesses(current, broker, { entries }),
    supervisor: up.supervisor,
    onNote: (note) => notes.push(note),
  });
  await up.untilState('a', 'ready');
  const file = join(workspace.root, 'mscli.yaml');
  const config = await readFile(file, 'utf8');
  const ask = () =>
    fetch(`http://127.0.0.1:${port}/`)
      .then((response) => response.text())
      .catch(() => '');
  for (const round of ['1', '2', '3']) {
    await writeFile(file, config.replace(/port: (\d+) }\n$/, `port: $1, breaker: { open: ${round}s } }\n`));
    // Still gathered with its burst when the new mscli.yaml has taken effect.
    await sleep(30);
    await writeFile(join(workspace.root, 'services/a/src/main.ts'), source(round));
    await eventually(async () => (await ask()) === round);
  }
  expect(notes.every((note) => note.includes('are up to date'))).toBe(true);
});

it('leaves the gateway as it is when mscli.yaml names a certificate that cannot be used', {
  timeout: 30_000,
}, async () => {
  const [port] = await freePorts(1);
  await using workspace = await tempWorkspace(`name: secure\ngateway:\n  port: ${port}\n`);
  await using up = await superviseWorkspace(workspace);
  const broker = { kind: 'external', url: 'amqp://127.0.0.1:5672', reason: 'test' } as const;
  const entries = { gateway: serviceFixture, embeddedBroker: serviceFixture };
  const notes: string[] = [];
  await using _watching = await watchWorkspace({
    workspace,
    plan: (current) => planProcesses(current, broker, { entries }),
    supervisor: up.supervisor,
    onNote: (note) => notes.push(note),
  });
  await up.untilState('gateway', 'ready');
  const pid = up.pid('gateway');
  const file = join(workspace.root, 'mscli.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}  tls: { certificate: a.pem, key: a.key }\n`);
  await eventually(() => notes.length > 0);
  expect(notes).toEqual([
    `mscli.yaml changed, but does not take effect: The gateway’s certificate ${join(workspace.root, 'a.pem')} is not there.`,
  ]);
  expect([up.pid('gateway'), up.states('gateway').at(-1)]).toEqual([pid, 'ready']);
});

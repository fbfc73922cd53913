import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { testBroker } from '@mscli/amqp-broker';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { doublingBackoff } from '../../src/supervisor/backoff.js';
import { planProcesses } from '../../src/supervisor/plan-processes.js';
import { Supervisor } from '../../src/supervisor/supervisor.js';
import type { SupervisorEvent } from '../../src/supervisor/supervisor-event.js';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';
import { bundlePrograms, type Programs } from './bundle-programs.js';
import { superviseWorkspace } from './supervise-workspace.js';
import { serviceFixture, tempWorkspace } from './temp-workspace.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let programs: Programs;
beforeAll(async () => {
  programs = await bundlePrograms();
});
afterAll(() => programs[Symbol.asyncDispose]());

const backoff = () => doublingBackoff({ baseMs: 20 });

it('takes no other broker on the port for its own, names its holder, and starts when the port is free', async () => {
  const foreign = await testBroker();
  const [gateway] = await freePorts(1);
  await using workspace = await tempWorkspace(`name: foreign\ngateway: { port: ${gateway} }\n`);
  await using up = supervise();
  const url = `amqp://guest:guest@127.0.0.1:${foreign.port}`;
  const plan = {
    kind: 'embedded',
    url,
    reason: '',
    port: foreign.port,
    managementPort: 0,
    dataFolder: join(workspace.root, 'b'),
  } as const;
  await up.supervisor.apply(planProcesses(workspace, plan, { entries: programs.entries }), {
    routes: [],
    breakerSettings: {},
  });
  const crashes = () => up.events.filter((event) => event.type === 'crashed');
  await eventually(() => crashes().length >= 2);
  expect(up.wasReady('broker')).toBe(false);
  expect(crashes()[0]?.reason).toMatch(
    new RegExp(`Port ${foreign.port}, which broker needs, is held by process ${process.pid} \\(.*\\)$`),
  );
  await foreign.stop();
  await eventually(() => up.wasReady('broker'));
});

it('takes no other server on the port of a service for the service', async () => {
  const foreign = createServer((_, response) => response.end('foreign'));
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  const { port } = foreign.address() as { port: number };
  const [gateway] = await freePorts(1);
  await using workspace = await tempWorkspace(`
name: foreign
gateway: { port: ${gateway} }
services: { a: { command: '"${process.execPath}" "${serviceFixture}"', port: ${port} } }
`);
  await using up = await superviseWorkspace(workspace, { backoff });
  await eventually(() => up.events.filter(({ type }) => type === 'crashed').length >= 2);
  expect(up.states('a')).not.toContain('ready');
  await new Promise((resolve) => foreign.close(resolve).closeAllConnections());
  await up.untilState('a', 'ready');
});

it('believes no answer on the port of a program of its own before it says that it listens', async () => {
  const [gateway] = await freePorts(1);
  await using workspace = await tempWorkspace(`name: late\ngateway: { port: ${gateway} }\n`, {
    'late.mjs': `import { existsSync } from 'node:fs';
console.log('{"msg":"starting"}');
setInterval(() => existsSync('go') && console.log('{"level":30,"msg":"listening on a port"}'), 20);
`,
  });
  let checks = 0;
  await using up = supervise(async ({ name }) => {
    if (name === 'gateway') checks++;
    return { ok: true };
  });
  const entries = { ...programs.entries, gateway: join(workspace.root, 'late.mjs') };
  const broker = { kind: 'external', url: 'amqp://127.0.0.1:1', reason: '' } as const;
  await up.supervisor.apply(planProcesses(workspace, broker, { entries }), { routes: [], breakerSettings: {} });
  await eventually(() => up.events.some((event) => event.type === 'log' && event.line.includes('starting')));
  await eventually(() => up.supervisor.processes.find(({ record }) => record.name === 'gateway')?.health);
  expect([up.wasReady('gateway'), checks]).toEqual([false, 0]);
  await writeFile(join(workspace.root, 'go'), '');
  await eventually(() => up.wasReady('gateway'));
});

it('the embedded broker ends with one line that says why it cannot start', async () => {
  await using foreign = await testBroker();
  const env = { PORT: `${foreign.port}` };
  const { exitCode, stdout, stderr } = await execa(process.execPath, [programs.entries.embeddedBroker], {
    env,
    reject: false,
  });
  expect([exitCode, stderr]).toEqual([1, '']);
  expect(JSON.parse(stdout)).toMatchObject({ level: 60, msg: expect.stringContaining('EADDRINUSE') });
});

function supervise(check?: ConstructorParameters<typeof Supervisor>[0]['check']) {
  const events: SupervisorEvent[] = [];
  const supervisor = new Supervisor({
    discovery: { update: async () => ({}) as never },
    listeners: [(event) => events.push(event)],
    backoff,
    ...(check ? { check } : {}),
  });
  return {
    supervisor,
    events,
    wasReady: (name: string) =>
      events.some((event) => event.type === 'state' && event.process === name && event.state.kind === 'ready'),
    [Symbol.asyncDispose]: () => supervisor.stop(),
  };
}

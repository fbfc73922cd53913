import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { discoveryPath, isAlive, readDiscovery } from '@mscli/runtime/discovery';
import { describe, expect, it, vi } from 'vitest';
import { doublingBackoff } from '../../src/supervisor/backoff.js';
import { describeStatus } from '../../src/supervisor/describe-status.js';
import { watchPaths } from '../../src/supervisor/watch-paths.js';
import { parseConfig } from '../../src/workspace/index.js';
import { eventually } from '../support/eventually.js';
import { freePorts, freeRange } from '../support/free-ports.js';
import { superviseWorkspace } from './supervise-workspace.js';
import { serviceFixture, tempWorkspace } from './temp-workspace.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const command = `'"${process.execPath}" "${serviceFixture}"'`;

describe('Supervisor', () => {
  it('starts what others depend on first, and stops it last', async () => {
    const [gateway, a, b] = await freePorts(3);
    await using workspace = await tempWorkspace(`
name: order
gateway: { port: ${gateway} }
services:
  a: { command: ${command}, port: ${a}, dependsOn: [b] }
  b: { command: ${command}, port: ${b} }
`);
    const up = await superviseWorkspace(workspace);
    await up.untilState('a', 'ready');
    await up.supervisor.stop();
    const order = up.events.flatMap((e) => (e.type === 'state' ? [`${e.process} ${e.state.kind}`] : []));
    const at = (text: string) => order.indexOf(text);
    expect(at('broker ready')).toBeLessThan(at('b starting'));
    expect(at('b ready')).toBeLessThan(at('a starting'));
    expect(at('a stopped')).toBeLessThan(at('b stopping'));
    expect(at('b stopped')).toBeLessThan(at('broker stopping'));
    expect(order.at(-1)).toBe('broker stopped');
  });

  it('starts n instances on successive ports and records them', async () => {
    const port = await freeRange(3);
    const [gateway] = await freePorts(1);
    await using workspace = await tempWorkspace(`
name: many
gateway: { port: ${gateway}, routes: [{ path: /a, service: a }] }
services: { a: { command: ${command}, port: ${port}, instances: 3 } }
`);
    await using up = await superviseWorkspace(workspace);
    for (const name of ['a-1', 'a-2', 'a-3', 'gateway']) await up.untilState(name, 'ready');
    const found = await eventually(async () => {
      const read = await readDiscovery(discoveryPath(workspace.stateUrl));
      const instances = Object.values(read.instances);
      return instances.length === 4 && instances.every(({ status }) => status === 'ready') && read;
    });
    expect(Object.values(found.instances).map(({ id, url }) => [id, url])).toEqual(
      expect.arrayContaining([
        ['a-1', `http://127.0.0.1:${port}`],
        ['a-2', `http://127.0.0.1:${port + 1}`],
        ['a-3', `http://127.0.0.1:${port + 2}`],
      ]),
    );
    expect(found.routes).toEqual([{ path: '/a', service: 'a', stripPrefix: false }]);
    await up.supervisor.stop();
    expect((await readDiscovery(discoveryPath(workspace.stateUrl))).instances).toEqual({});
  });

  it('starts a crashed service again, later each time, and says why it crashed', async () => {
    const [gateway, a] = await freePorts(2);
    await using workspace = await tempWorkspace(`
name: crash
gateway: { port: ${gateway} }
services: { a: { command: ${command}, port: ${a}, env: { CRASH_AFTER_MS: '20' } } }
`);
    await using up = await superviseWorkspace(workspace, { backoff: () => doublingBackoff({ baseMs: 10 }) });
    const crashes = await eventually(() => {
      const found = up.events.filter((event) => event.type === 'crashed');
      return found.length >= 3 && found;
    });
    expect(crashes.map(({ restartInMs }) => restartInMs).slice(0, 3)).toEqual([10, 20, 40]);
    expect(crashes[0]).toMatchObject({
      process: 'a',
      reason: 'it ended with exit code 7',
      lastLines: expect.arrayContaining(['the last words']),
    });
  });

  it('names the signal that killed a service', async () => {
    const [gateway, a] = await freePorts(2);
    await using workspace = await tempWorkspace(`
name: killed
gateway: { port: ${gateway} }
services: { a: { command: exec ${command.slice(1, -1)}, port: ${a} } }
`);
    await using up = await superviseWorkspace(workspace, { backoff: () => doublingBackoff({ baseMs: 10 }) });
    await up.untilState('a', 'ready');
    process.kill(up.pid('a') ?? 0, 'SIGKILL');
    await eventually(() => up.events.some((event) => event.type === 'crashed'));
    expect(up.events).toContainEqual(expect.objectContaining({ type: 'crashed', reason: 'it was killed by SIGKILL' }));
    await up.untilState('a', 'ready');
    await up.supervisor.restart('a');
    await eventually(() => up.states('a').filter((kind) => kind === 'ready').length === 3);
    expect(up.supervisor.processes.find(({ record }) => record.name === 'a')?.restarts).toBe(1);
  });

  it('sees a service become unhealthy and recover', async () => {
    const [gateway, a] = await freePorts(2);
    await using workspace = await tempWorkspace(`
name: ill
gateway: { port: ${gateway} }
services: { a: { command: ${command}, port: ${a}, env: { NOT_READY_FILE: ill } } }
`);
    let ok = true;
    await using up = await superviseWorkspace(workspace, {
      check: async ({ name }) => (ok || name !== 'a' ? { ok: true } : { ok: false, reason: 'it is ill' }),
      readyPauseMs: () => 100,
    });
    await up.untilState('a', 'ready');
    ok = false;
    await up.untilState('a', 'unhealthy');
    ok = true;
    await up.untilState('a', 'ready');
    expect(up.states('a')).toEqual(['waiting', 'starting', 'ready', 'unhealthy', 'ready']);
  });

  it('kills a group that ignores SIGTERM at the deadline', async () => {
    const [gateway, a] = await freePorts(2);
    await using workspace = await tempWorkspace(`
name: stubborn
gateway: { port: ${gateway} }
services: { a: { command: ${command}, port: ${a}, env: { IGNORE_SIGTERM: '1' } } }
`);
    const up = await superviseWorkspace(workspace, { stopDeadlineMs: 200 });
    await up.untilState('a', 'ready');
    const pid = up.pid('a') ?? 0;
    await up.supervisor.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('adds, replaces and removes processes while the others run on', async () => {
    const [gateway, a, b, c] = await freePorts(4);
    const yaml = (services: string) => `name: live\ngateway: { port: ${gateway} }\nservices:\n${services}`;
    const lineOf = (name: string, port: number | undefined, env = '') =>
      `  ${name}: { command: ${command}, port: ${port}${env} }\n`;
    const before = yaml(lineOf('a', a) + lineOf('b', b));
    await using workspace = await tempWorkspace(before);
    await using up = await superviseWorkspace(workspace);
    await up.untilState('a', 'ready');
    await up.untilState('b', 'ready');
    const [pidA, pidB] = [up.pid('a'), up.pid('b')];
    const after = yaml(lineOf('a', a, ', breaker: { open: 5s }') + lineOf('c', c));
    const config = parseConfig(after, { file: 'mscli.yaml', env: {}, folderExists: () => true });
    await up.apply({ ...workspace, config });
    await up.untilState('c', 'ready');
    expect(up.pid('a')).toBe(pidA);
    expect(isAlive(pidB ?? 0)).toBe(false);
    expect(up.supervisor.processes.map(({ record }) => record.name)).toEqual(['broker', 'gateway', 'a', 'c']);
    const known = async () => (await readDiscovery(discoveryPath(workspace.stateUrl))).breakerSettings;
    await eventually(async () => 'a' in (await known()));
    expect(await known()).toEqual({ a: { openMs: 5000 } });
  });
});

const contract = (word: string) => `export const word: string = '${word}';\n`;
const source = (body: string) => `
import { createServer } from 'node:http';
${body}
process.on('SIGTERM', () => process.exit(0));
createServer((_, response) => response.end(answer)).listen(Number(process.env.PORT), '127.0.0.1');
`;

describe('Supervisor, with services that are built', () => {
  async function builtWorkspace() {
    const [gateway, a, b] = await freePorts(3);
    const workspace = await tempWorkspace(
      `name: built\ngateway: { port: ${gateway} }\nservices:\n  a: { path: services/a, port: ${a} }\n  b: { path: services/b, port: ${b} }\n`,
      {
        'contracts/word.ts': contract('one'),
        'services/a/package.json': '{"type":"module"}',
        'services/a/src/main.ts': source(
          `import { word } from '../../../contracts/word.js';\nconst answer: string = word;`,
        ),
        'services/b/package.json': '{"type":"module"}',
        'services/b/src/main.ts': source(`const answer: string = 'b';`),
      },
    );
    const up = await superviseWorkspace(workspace);
    const folders = ['contracts', 'services/a/src', 'services/b/src'].map((path) => join(workspace.root, path));
    const watcher = await watchPaths(folders, (files) => up.supervisor.dispatch({ type: 'changed', files }));
    await up.untilState('a', 'ready');
    await up.untilState('b', 'ready');
    const ask = async (port: number | undefined) =>
      fetch(`http://127.0.0.1:${port}/`).then(
        (r) => r.text(),
        () => '',
      );
    const broker = { kind: 'external', url: 'amqp://x', reason: '' } as const;
    const record = { version: 1, pid: 1, processStart: undefined, startedAt: '', socket: '', groups: [] } as const;
    return {
      workspace,
      up,
      status: (wanted: string) => {
        const { processes } = describeStatus(workspace, { ...record, groups: [] }, broker, up.supervisor);
        return processes.find(({ name }) => name === wanted) ?? expect.fail(wanted);
      },
      ask: { a: () => ask(a), b: () => ask(b) },
      write: (path: string, content: string) => writeFile(join(workspace.root, path), content),
      [Symbol.asyncDispose]: async () => {
        watcher[Symbol.dispose]();
        await up[Symbol.asyncDispose]();
        await workspace[Symbol.asyncDispose]();
      },
    };
  }

  it('rebuilds and restarts only the service whose source changed', async () => {
    await using it = await builtWorkspace();
    const pidA = it.up.pid('a');
    await it.write('services/b/src/main.ts', source(`const answer: string = 'new b';`));
    await eventually(async () => (await it.ask.b()) === 'new b');
    expect(it.up.pid('a')).toBe(pidA);
    expect(await it.ask.a()).toBe('one');
  });

  it('restarts the services that import a changed contract, and no others', async () => {
    await using it = await builtWorkspace();
    const pidB = it.up.pid('b');
    await it.write('contracts/word.ts', contract('two'));
    await eventually(async () => (await it.ask.a()) === 'two');
    expect(it.up.pid('b')).toBe(pidB);
  });

  it('keeps the old process when a build fails, names file and line, and goes on with the next change', async () => {
    await using it = await builtWorkspace();
    const pidA = it.up.pid('a');
    await it.write('services/a/src/main.ts', `const x = ;\n`);
    const failed = await eventually(() => it.up.events.find((event) => event.type === 'build-failed'));
    expect(failed).toMatchObject({
      message: expect.stringMatching(/services\/a\/src\/main\.ts:1:11: .*last good build stays/s),
    });
    expect([it.up.pid('a'), await it.ask.a()]).toEqual([pidA, 'one']);
    expect(it.status('a').detail).toMatch(/^the version before runs on: services\/a\/src\/main\.ts:1:11: /);
    await expect(it.up.supervisor.restart('a')).rejects.toMatchObject({ code: 'BUILD_FAILED' });
    await it.write('services/a/src/main.ts', source(`const answer = 'mended';`));
    await eventually(async () => (await it.ask.a()) === 'mended');
    await it.up.untilState('a', 'ready');
    expect(it.status('a')).toMatchObject({ restarts: 0 });
    expect(it.status('a').detail).toBeUndefined();
  });

  it('does not restart for a change that changes nothing', async () => {
    await using it = await builtWorkspace();
    const pidA = it.up.pid('a');
    const built = () => it.up.events.filter((event) => event.type === 'built' && event.service === 'a').length;
    const before = built();
    await it.write('contracts/unused.ts', 'export {};\n');
    await it.write('contracts/word.ts', contract('one'));
    await eventually(() => built() > before);
    expect(it.up.pid('a')).toBe(pidA);
  });

  it('fails with the reason when the first build fails, and starts when the source is mended', async () => {
    const [gateway, a] = await freePorts(2);
    await using workspace = await tempWorkspace(
      `name: broken\ngateway: { port: ${gateway} }\nservices: { a: { path: services/a, port: ${a} } }\n`,
      { 'services/a/package.json': '{"type":"module"}', 'services/a/src/main.ts': `import 'no-such-package';\n` },
    );
    await using up = await superviseWorkspace(workspace);
    await up.untilState('a', 'failed');
    expect(up.supervisor.processes.find(({ record }) => record.name === 'a')?.state).toMatchObject({
      reason: expect.stringContaining('services/a/src/main.ts:1:8: Could not resolve "no-such-package"'),
    });
    const file = join(workspace.root, 'services/a/src/main.ts');
    await writeFile(file, source(`const answer = 'a';`));
    up.supervisor.dispatch({ type: 'changed', files: [file] });
    await up.untilState('a', 'ready');
  });
});

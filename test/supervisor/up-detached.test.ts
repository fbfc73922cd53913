import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testBroker } from '@mscli/amqp-broker';
import { isAlive, readDiscovery, updateDiscovery } from '@mscli/runtime/discovery';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectControl } from '../../src/control/client.js';
import type { Status } from '../../src/control/protocol.js';
import { readRecord } from '../../src/control/supervisor-record.js';
import { down } from '../../src/supervisor/down.js';
import { recover } from '../../src/supervisor/recover.js';
import { upDetached } from '../../src/supervisor/up-detached.js';
import { eventually } from '../support/eventually.js';
import { freePorts } from '../support/free-ports.js';
import { bundlePrograms, type Programs } from './bundle-programs.js';
import { serviceFixture, type TempWorkspace, tempWorkspace } from './temp-workspace.js';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let programs: Programs;
beforeAll(async () => {
  programs = await bundlePrograms();
});
afterAll(() => programs[Symbol.asyncDispose]());

describe('a detached supervisor', () => {
  it.each(['down', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves nothing after %s', async (way) => {
    await using workspace = await workspaceOfTwo();
    const status = await up(workspace);
    expect(status.processes.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready', 'ready']);
    const pids = pidsOf(status);
    expect(pids.every((pid) => isAlive(pid))).toBe(true);
    expect(Object.keys((await readDiscovery(discoveryOf(workspace))).instances).sort()).toEqual([
      'a-1',
      'b-1',
      'gateway-1',
    ]);

    if (way === 'down') await takeDown(workspace);
    else process.kill(supervisorOf(status), way);

    await eventually(() => !isAlive(supervisorOf(status)));
    expect(pids.filter((pid) => isAlive(pid))).toEqual([]);
    await expectNothingLeft(workspace);
  });

  it('leaves nothing after kill -9, once the next command has looked', async () => {
    await using workspace = await workspaceOfTwo();
    const status = await up(workspace);
    const { groups = [] } = readRecord(workspace.stateFolder) ?? {};
    expect(groups.map(({ name }) => name).sort()).toEqual(['a', 'b', 'broker', 'gateway']);

    process.kill(supervisorOf(status), 'SIGKILL');
    await eventually(() => !isAlive(supervisorOf(status)));
    // Ours see the end of the channel; the service with a command of its own knows nothing.
    const own = status.processes.filter(({ name }) => name === 'broker' || name === 'gateway');
    await eventually(() => own.every(({ pid }) => !isAlive(pid ?? 0)));
    const notes: string[] = [];
    await recover(workspace, (text) => notes.push(text));

    expect(groups.filter(({ pid, processStart }) => isAlive(pid, processStart))).toEqual([]);
    expect(notes.join()).toContain(`process ${supervisorOf(status)}) did not end in order; ended`);
    await expectNothingLeft(workspace);
  });

  it('is one: of several at once, one starts and the others name it', async () => {
    await using workspace = await workspaceOfTwo();
    const attempts = await Promise.allSettled([up(workspace), up(workspace), up(workspace)]);
    const started = attempts.filter((attempt) => attempt.status === 'fulfilled');
    const refused = attempts.filter((attempt) => attempt.status === 'rejected').map(({ reason }) => reason);
    try {
      expect(started).toHaveLength(1);
      const pid = started[0] ? supervisorOf(started[0].value) : 0;
      for (const error of refused) {
        expect(error).toMatchObject({ code: 'ALREADY_RUNNING', message: expect.stringContaining(`process ${pid}`) });
      }
    } finally {
      await takeDown(workspace);
    }
    await expectNothingLeft(workspace);
  });

  it('shows no password of a broker in the list of processes', async () => {
    await using workspace = await workspaceOfTwo();
    const broker = await testBroker();
    const url = new URL(broker.url);
    const status = await up(workspace, url.href);
    try {
      const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'args=']);
      expect(stdout).toContain(workspace.root);
      expect(stdout).not.toContain(url.host);
      expect(status.broker?.kind).toBe('external');
    } finally {
      await takeDown(workspace);
      await broker.stop();
    }
  });

  it('leaves nothing when its workspace is removed, and does not bring it back', async () => {
    await using workspace = await workspaceOfTwo();
    const status = await up(workspace);
    const pids = [supervisorOf(status), ...pidsOf(status)];
    // Its processes may write there once more meanwhile.
    await rm(workspace.root, { recursive: true, maxRetries: 10, retryDelay: 20 });
    // As a service does that reports something.
    await updateDiscovery(discoveryOf(workspace), (draft) => {
      draft.routes = [];
    });
    await eventually(() => pids.every((pid) => !isAlive(pid)));
    expect(existsSync(workspace.root)).toBe(false);
  });

  it('runs beside that of another workspace', async () => {
    await using one = await workspaceOfTwo();
    await using other = await workspaceOfTwo();
    try {
      const statuses = [await up(one), await up(other)];
      const ports = statuses.flatMap(({ processes }) => processes.map(({ port }) => port));
      expect(new Set(ports).size).toBe(8);
      expect(statuses.flatMap(pidsOf).every((pid) => isAlive(pid))).toBe(true);
    } finally {
      await Promise.all([takeDown(one), takeDown(other)]);
    }
  });

  it('starts nothing when a port is taken, and names the port and its holder', async () => {
    const [gateway, a, b] = await freePorts(3);
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(b, '127.0.0.1', resolve));
    await using workspace = await tempWorkspace(yamlOfTwo({ gateway, a, b }));
    try {
      await expect(up(workspace)).rejects.toMatchObject({
        code: 'PORT_TAKEN',
        message: expect.stringMatching(new RegExp(`${b}.*b.*process ${process.pid}`)),
      });
    } finally {
      holder.close();
    }
    expect(existsSync(join(workspace.stateFolder, 'logs', 'a.log'))).toBe(false);
    await expectNothingLeft(workspace);
  });

  it('says which service did not start and why, and lets the rest run', async () => {
    const [gateway, a, b] = await freePorts(3);
    await using workspace = await tempWorkspace(`${yamlOfTwo({ gateway, a, b })}    env: { CRASH_AFTER_MS: '1' }\n`);
    try {
      await expect(up(workspace)).rejects.toMatchObject({
        code: 'SERVICE_FAILED',
        message: expect.stringContaining('b: it ended with exit code 7'),
      });
      const status = await connectControl(workspace)?.status();
      expect(status?.processes.find(({ name }) => name === 'gateway')?.state).toBe('ready');
    } finally {
      await takeDown(workspace);
    }
    await expectNothingLeft(workspace);
  });

  it('ends again when it is interrupted before everything is ready', async () => {
    const [gateway, a, b] = await freePorts(3);
    await using workspace = await tempWorkspace(yamlOfTwo({ gateway, a, b }));
    const abort = new AbortController();
    const seen: string[] = [];
    const starting = upDetached({
      workspace,
      broker: 'embedded',
      watch: false,
      signal: abort.signal,
      listener: (event) => {
        if (event.type === 'state') seen.push(event.process);
        if (event.type === 'state' && event.process === 'broker' && event.state.kind === 'ready') abort.abort();
      },
      entry: programs.supervisor,
      entries: programs.entries,
    });
    await expect(starting).rejects.toThrow();
    expect(seen).toContain('broker');
    await expectNothingLeft(workspace);
  });
});

async function workspaceOfTwo(): Promise<TempWorkspace> {
  const [gateway, a, b] = await freePorts(3);
  return tempWorkspace(yamlOfTwo({ gateway, a, b }));
}

function yamlOfTwo({ gateway, a, b }: Record<'gateway' | 'a' | 'b', number | undefined>): string {
  return `
name: two
broker: embedded
gateway: { port: ${gateway}, routes: [{ path: /a, service: a }] }
services:
  a: { command: '"${process.execPath}" "${serviceFixture}"', port: ${a}, dependsOn: [b] }
  b:
    command: '"${process.execPath}" "${serviceFixture}"'
    port: ${b}
`;
}

function up(workspace: TempWorkspace, broker?: string): Promise<Status> {
  return upDetached({
    workspace,
    broker,
    watch: true,
    signal: new AbortController().signal,
    listener: () => {},
    entry: programs.supervisor,
    entries: programs.entries,
  });
}

function takeDown(workspace: TempWorkspace) {
  return down({ cwd: workspace.root, volumes: false, signal: new AbortController().signal, onNote: () => {} });
}

function supervisorOf({ supervisor }: Status): number {
  return supervisor?.pid ?? 0;
}

function pidsOf({ processes }: Status): number[] {
  return processes.map(({ pid }) => pid ?? 0);
}

function discoveryOf({ stateFolder }: TempWorkspace): string {
  return join(stateFolder, 'discovery.json');
}

async function expectNothingLeft(workspace: TempWorkspace): Promise<void> {
  expect(readRecord(workspace.stateFolder)).toBeUndefined();
  expect(existsSync(join(workspace.stateFolder, 'control.sock'))).toBe(false);
  expect(connectControl(workspace)).toBeUndefined();
  const { instances, routes } = await readDiscovery(discoveryOf(workspace));
  expect({ instances, routes }).toEqual({ instances: {}, routes: [] });
}

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectControl } from '../../src/control/client.js';
import type { Status } from '../../src/control/protocol.js';
import { type ControlTarget, serveControl } from '../../src/control/server.js';
import { controlSocketPath } from '../../src/control/socket-path.js';
import { groupRecord, removeRecord, writeRecord } from '../../src/control/supervisor-record.js';
import { failure } from '../../src/errors.js';

const status: Status = {
  workspace: { name: 'shop', root: '/shop' },
  gateway: { url: 'http://localhost:8080' },
  processes: [],
};

describe('the control API', () => {
  it('answers status, restarts by name, reports errors with their code, and streams logs', async () => {
    const restarted: string[] = [];
    await using it = await served({
      restart: async (process) => {
        if (process !== 'a/b c') throw failure('NOT_FOUND', `No process is called ${process}.`, { hint: 'Ask ps.' });
        restarted.push(process);
      },
    });
    expect(await it.control.status()).toEqual(status);
    await it.control.restart('a/b c');
    expect(restarted).toEqual(['a/b c']);
    await expect(it.control.restart('x')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'No process is called x.',
      hint: 'Ask ps.',
    });
    const lines = [];
    for await (const line of it.control.logs('a', { follow: false, signal: new AbortController().signal }))
      lines.push(line);
    expect(lines).toEqual([
      { process: 'a', line: 'one' },
      { process: 'a', line: 'two' },
    ]);
  });

  it('resolves a stop when the supervisor has given the workspace back', async () => {
    let asked = 0;
    await using it = await served({ stop: () => asked++ });
    let ended = false;
    const stopping = it.control.stop().then(() => {
      ended = true;
    });
    await expect.poll(() => asked).toBe(1);
    expect(ended).toBe(false);
    removeRecord(it.stateFolder);
    await stopping;
  });

  it('ends a followed log when its reader goes away', async () => {
    let open = 0;
    await using it = await served({
      logs: async function* (process, { signal }) {
        open++;
        try {
          yield { process, line: 'one' };
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        } finally {
          open--;
        }
      },
    });
    const abort = new AbortController();
    for await (const _ of it.control.logs('a', { follow: true, signal: abort.signal })) break;
    await expect.poll(() => open).toBe(0);
  });

  it('has a socket that only its owner may use', async () => {
    await using it = await served({});
    expect((await stat(it.socket)).mode & 0o777).toBe(0o600);
  });

  it('is absent where nothing runs', async () => {
    expect(connectControl({ stateFolder: '/nonexistent' })).toBeUndefined();
  });
});

describe('controlSocketPath', () => {
  it('is in the workspace, or in the runtime folder where that path is too long for a socket', async () => {
    expect(await controlSocketPath('/short/.mscli')).toBe('/short/.mscli/control.sock');
    const runtime = await mkdtemp(join(tmpdir(), 'mscli-run-'));
    const long = `/${'x'.repeat(120)}/.mscli`;
    const path = await controlSocketPath(long, { XDG_RUNTIME_DIR: runtime });
    expect(path.startsWith(join(runtime, 'mscli-'))).toBe(true);
    expect(path.length).toBeLessThan(104);
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
    expect(await controlSocketPath(long, { XDG_RUNTIME_DIR: runtime })).toBe(path);
    expect(await controlSocketPath(`${long}2`, { XDG_RUNTIME_DIR: runtime })).not.toBe(path);
    await rm(runtime, { recursive: true });
  });
});

async function served(target: Partial<ControlTarget>) {
  const stateFolder = await mkdtemp(join(tmpdir(), 'mscli-control-'));
  const socket = await controlSocketPath(stateFolder);
  const server = await serveControl(socket, {
    status: () => status,
    restart: async () => {},
    stop: () => {},
    logs: async function* (process) {
      yield { process, line: 'one' };
      yield { process, line: 'two' };
    },
    ...target,
  });
  writeRecord(stateFolder, { version: 1, ...groupRecord('', process.pid), startedAt: '', socket, groups: [] });
  const control = connectControl({ stateFolder });
  if (!control) throw new Error('not connected');
  return {
    control,
    socket,
    stateFolder,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(stateFolder, { recursive: true });
    },
  };
}

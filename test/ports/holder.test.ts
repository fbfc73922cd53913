import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { portHolder } from '../../src/ports/holder.js';
import { portTaken } from '../../src/ports/port-taken.js';

const children: ChildProcess[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

describe('portHolder', () => {
  it.each(['127.0.0.1', '::1', '0.0.0.0'])('names the child process that listens on %s', async (host) => {
    const { child, port } = await listenInChild(host);
    const holder = await portHolder(port);
    expect(holder?.pid).toBe(child.pid);
    expect(holder?.command).toContain('port-holder-of-the-test');
  });

  it('knows nobody where nobody listens', async () => {
    expect(await portHolder(await freePort())).toBeUndefined();
  });

  it('asks lsof and ps where there is no /proc', async () => {
    const run = async (command: string) => (command === 'lsof' ? 'p4711\nf19\n' : 'node server.js\n');
    expect(await portHolder(3000, { platform: 'darwin', run })).toEqual({ pid: 4711, command: 'node server.js' });
  });

  it('knows nobody when lsof is missing', async () => {
    const run = () => Promise.reject(new Error('ENOENT'));
    expect(await portHolder(3000, { platform: 'darwin', run })).toBeUndefined();
  });
});

describe('portTaken', () => {
  it('names the port, the process and the way out', async () => {
    const { child, port } = await listenInChild('127.0.0.1');
    const error = await portTaken(port, 'the gateway');
    expect(error.code).toBe('PORT_TAKEN');
    expect(error.message).toContain(`Port ${port}, which the gateway needs, is held by process ${child.pid} (`);
    expect(error.hint).toContain(`kill ${child.pid}`);
  });

  it('says so when the process is not known', async () => {
    const error = await portTaken(80, 'the gateway', { find: async () => undefined });
    expect(error.message).toBe('Port 80, which the gateway needs, is held by another process.');
  });
});

async function listenInChild(host: string): Promise<{ child: ChildProcess; port: number }> {
  const program = `const s = require('net').createServer().listen(0, '${host}', () => console.log(s.address().port));`;
  const child = spawn(process.execPath, ['-e', program, 'port-holder-of-the-test'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = await once(child.stdout, 'data');
  return { child, port: Number(String(line)) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

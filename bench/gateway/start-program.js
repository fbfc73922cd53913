import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onCore } from './cores.js';

/** @typedef {{ pid: number, port: number, stop(): Promise<void> }} Running */

/**
 * Starts a program on the core of its part.
 *
 * @param {'proxy' | 'load'} part
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, stdout?: 'ignore' | number, ipc?: boolean }} [options]
 */
export function startProgram(part, program, args, { env = process.env, stdout = 'ignore', ipc = false } = {}) {
  /** @type {import('node:child_process').SpawnOptions} */
  const options = { env, stdio: ipc ? ['ignore', stdout, 'inherit', 'ipc'] : ['ignore', stdout, 'inherit'] };
  const [name, all] = onCore(part, program, args);
  return spawn(name, all, options);
}

/**
 * Starts a program of Node's that sends its port to its parent.
 *
 * @param {'proxy' | 'load'} part
 * @param {readonly string[]} args
 * @param {{ stdout?: 'ignore' | number }} [options]
 * @returns {Promise<Running>}
 */
export async function startNode(part, args, options) {
  const child = startProgram(part, process.execPath, args, { ...options, ipc: true });
  const [port] = await Promise.race([once(child, 'message'), exited(child)]);
  return { pid: Number(child.pid), port, stop: () => stopChild(child) };
}

/**
 * Starts a program that listens on a port that it is given.
 *
 * @param {'proxy' | 'load'} part
 * @param {string} program
 * @param {number} port
 * @param {readonly string[]} args
 * @returns {Promise<Running>}
 */
export async function startListening(part, program, port, args) {
  const child = startProgram(part, program, args);
  await Promise.race([listens(port), exited(child)]);
  return { pid: Number(child.pid), port, stop: () => stopChild(child) };
}

/** A port that nobody has. @returns {Promise<number>} */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  return port;
}

/** @param {import('node:child_process').ChildProcess} child */
export async function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** @param {import('node:child_process').ChildProcess} child @returns {Promise<never>} */
async function exited(child) {
  const [code] = await once(child, 'exit');
  throw new Error(`${child.spawnargs.join(' ')} exited with ${code}`);
}

/** @param {number} port */
async function listens(port) {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' });
    const isThere = await new Promise((resolve) =>
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false)),
    );
    socket.destroy();
    if (isThere) return;
    await sleep(20);
  }
}

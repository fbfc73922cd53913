import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { addInstance, testGateway } from '../setup/test-gateway.js';
import { waitUntil } from '../setup/wait-until.js';
import { type Asked, busyClients } from './busy-clients.js';
import { disableBreaker } from './disable-breaker.js';

const PARTS = 20;
const PART = 64 * 1024;

/** Answers at once, or slowly with a large body that says who sends it, and has an end only after SIGUSR2. */
const program = `
const part = Buffer.alloc(${PART}, 'x');
const mayEnd = new Promise((resolve) => process.on('SIGUSR2', resolve));
const server = require('node:http').createServer(async (request, response) => {
  if (request.url !== '/large') return setTimeout(() => response.end('ok'), 5);
  response.setHeader('x-pid', process.pid);
  for (let n = 0; n < ${PARTS}; n++) {
    response.write(part);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await mayEnd;
  response.end('.');
});
server.listen(0, '127.0.0.1', () => process.stdout.write(String(server.address().port)));`;

export interface Killed {
  /** GETs beside, on a route that repeats what breaks off. */
  asked: Asked;
  /** Downloads that broke off, those that came to their end, and those of the dead that did. */
  broken: number;
  whole: number;
  wholeOfTheDead: number;
}

/** One of two service processes is killed in the middle of what it sends, so many times. */
export async function killUpstreams(rounds: number): Promise<Killed> {
  const killed = { broken: 0, whole: 0, wholeOfTheDead: 0 };
  await using gateway = await testGateway({ '/': { urls: [], policies: { retries: { attempts: 2, on: [502] } } } });
  const services = [await startService(), await startService()];
  const register = () =>
    gateway.update((draft) => {
      for (const [n, { child, url }] of services.entries()) {
        Object.assign(addInstance(draft, 'a-service', url, n + 1), { pid: child.pid });
      }
    });
  await register();
  // Many answers that break off in one moment are as many failures in a row, which would open it.
  await disableBreaker(gateway);
  const load = busyClients(gateway.port, { connections: 16 });
  for (let round = 0; round < rounds; round++) {
    const downloads = Array.from({ length: 8 }, () => download(gateway.url));
    await waitUntil(() => downloads.every(({ hasBegun }) => hasBegun()), 'the downloads to begin');
    // The younger one, which has not been told that answers may end.
    const victim = services.pop() as Service;
    victim.child.kill('SIGKILL');
    for (const { child } of services) child.kill('SIGUSR2');
    for (const { pid, length } of await Promise.all(downloads.map(({ done }) => done))) {
      if (length !== PARTS * PART + 1) killed.broken += 1;
      else if (pid === victim.child.pid) killed.wholeOfTheDead += 1;
      else killed.whole += 1;
    }
    services.push(await startService());
    await register();
    await sleep(50);
  }
  const asked = await load.end();
  for (const { child } of services) child.kill('SIGKILL');
  return { asked, ...killed };
}

interface Service {
  child: ChildProcess;
  url: string;
}

async function startService(): Promise<Service> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  return { child, url: `http://127.0.0.1:${port}` };
}

function download(url: string) {
  let [length, pid] = [0, 0];
  const run = async () => {
    try {
      const answer = await fetch(`${url}/large`);
      pid = Number(answer.headers.get('x-pid'));
      for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) length += part.length;
      return { pid, length };
    } catch {
      return { pid, length: -1 };
    }
  };
  return { hasBegun: () => length > 0, done: run() };
}

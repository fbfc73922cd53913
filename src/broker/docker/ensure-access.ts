import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { amqpHandshake } from '../amqp-handshake.js';
import type { DockerContainer } from './container-record.js';
import { runInside } from './run-inside.js';

/**
 * Sees to it that our credentials open the broker. With empty data RabbitMQ has made the user itself; where the data is
 * older than the credentials (a lost .mscli folder, for one) the user is made, or gets its new password, from inside.
 */
export async function ensureAccess(
  container: Docker.Container,
  { user, password, amqpPort }: DockerContainer,
  signal: AbortSignal,
  { patienceMs = 12_000 } = {},
): Promise<void> {
  const url = `amqp://${user}:${password}@127.0.0.1:${amqpPort}`;
  const deadline = performance.now() + patienceMs;
  while (!signal.aborted) {
    if (await opens(url, signal)) return;
    if (performance.now() >= deadline) break;
    await sleep(300, undefined, { signal }).catch(() => {});
  }
  if (signal.aborted) return;
  await runInside(container, ['rabbitmqctl', 'await_startup']);
  if (await opens(url, signal)) return;
  // Whether it worked shows in the next handshake: adding a user that exists, for one, is expected to fail.
  await runInside(container, ['rabbitmqctl', 'add_user', user, password]);
  await runInside(container, ['rabbitmqctl', 'change_password', user, password]);
  await runInside(container, ['rabbitmqctl', 'set_user_tags', user, 'administrator']);
  await runInside(container, ['rabbitmqctl', 'set_permissions', user, '.*', '.*', '.*']);
  await runInside(container, ['rabbitmqctl', 'delete_user', 'guest']);
}

async function opens(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    await amqpHandshake(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(3_000)]) });
    return true;
  } catch {
    return false;
  }
}

import type Docker from 'dockerode';
import { failure } from '../../errors.js';
import { findEngine } from './docker-engine.js';
import { runInside } from './run-inside.js';

/** Stops a container and keeps its data; false when there is none or it does not run. */
export async function stopContainer(name: string, deadlineMs = 10_000): Promise<boolean> {
  const container = (await engineOrFail()).getContainer(name);
  return stopQuietly(container, deadlineMs);
}

/** False when there was nothing to stop. */
export async function stopQuietly(container: Docker.Container, deadlineMs: number): Promise<boolean> {
  await runInside(container, ['sh', '-c', terminateErlang]).catch(() => {});
  return done(container.stop({ t: Math.ceil(deadlineMs / 1000) }));
}

/** In images that start RabbitMQ through shells and su, the engine's SIGTERM never reaches Erlang, which would be killed. */
const terminateErlang =
  'for p in /proc/[0-9]*; do [ "$(cat $p/comm 2>/dev/null)" = beam.smp ] && kill -TERM $(basename $p); done';

/** The engine answers 304 for what is stopped already and 404 for what there is not. */
export async function done(work: Promise<unknown>): Promise<boolean> {
  try {
    await work;
    return true;
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === 304 || statusCode === 404) return false;
    throw error;
  }
}

async function engineOrFail(): Promise<Docker> {
  const engine = await findEngine();
  if (engine.kind === 'present') return engine.docker;
  throw dockerSilent(engine.reason);
}

/** The error of an engine that must be asked and does not answer. */
export function dockerSilent(reason: string): Error {
  return failure('DOCKER_UNAVAILABLE', `Docker cannot be asked: ${reason}.`, { hint: 'Start Docker, try again.' });
}

import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type Docker from 'dockerode';

/** Why none is there is said in the past tense: it is kept with the choice of a broker, and shown when it may no longer hold. */
export type Engine = { kind: 'present'; docker: Docker } | { kind: 'absent'; reason: string };

/**
 * The Docker engine of this machine, if one answers. dockerode is slow to load and is left alone
 * where there is not even a socket.
 */
export async function findEngine(env: Readonly<Record<string, string | undefined>> = process.env): Promise<Engine> {
  if (env.DOCKER_HOST) return ping({}, env.DOCKER_HOST);
  const sockets = socketPaths(env);
  for (const socketPath of sockets) {
    if (await accepts(socketPath)) return ping({ socketPath }, socketPath);
  }
  return { kind: 'absent', reason: `no Docker engine was found at ${sockets[0]}` };
}

async function ping(options: Docker.DockerOptions, place: string): Promise<Engine> {
  try {
    const { default: DockerClient } = await import('dockerode');
    const docker = new DockerClient(options);
    await withTimeout(docker.ping(), 5_000);
    return { kind: 'present', docker };
  } catch (error) {
    return { kind: 'absent', reason: `the Docker engine at ${place} did not answer (${messageOf(error)})` };
  }
}

/** The engine's own socket first, then those of Docker Desktop, rootless Docker and Colima. */
function socketPaths(env: Readonly<Record<string, string | undefined>>): string[] {
  const home = homedir();
  return [
    '/var/run/docker.sock',
    join(home, '.docker/run/docker.sock'),
    ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'docker.sock')] : []),
    join(home, '.colima/default/docker.sock'),
  ];
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** dockerode's ping takes no signal. */
async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

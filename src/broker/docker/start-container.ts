import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { failure } from '../../errors.js';
import { brokerHostname, type DockerContainer } from './container-record.js';
import { findEngine } from './docker-engine.js';
import { ensureAccess } from './ensure-access.js';
import { stopQuietly } from './stop-container.js';

export interface RunningContainer {
  /** It is no process of ours. */
  readonly pid: undefined;
  /** Never rejects. */
  readonly exited: Promise<ContainerExit>;
  stop(deadlineMs: number): Promise<void>;
}

type ContainerExit = { kind: 'code'; code: number } | { kind: 'error'; message: string };

/** Starts the workspace's RabbitMQ: the container that is there already, else a new one on the same volume. */
export async function startContainer(
  record: DockerContainer,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<RunningContainer> {
  const engine = await findEngine();
  if (engine.kind === 'absent') throw failure('DOCKER_UNAVAILABLE', `RabbitMQ cannot be started: ${engine.reason}.`);
  const { docker } = engine;
  const container = (await findReusable(docker, record)) ?? (await create(docker, record));
  const since = Math.floor(Date.now() / 1000);
  await container.start().catch(ignoreNotModified);
  const logs = await followOutput(docker, container, since, onLine);
  const gone = new AbortController();
  void ensureAccess(container, record, AbortSignal.any([signal, gone.signal])).catch((error) => onLine(String(error)));
  const exited = untilExit(container).finally(() => {
    gone.abort();
    logs[Symbol.dispose]();
  });
  return {
    pid: undefined,
    exited,
    stop: async (deadlineMs) => {
      await stopQuietly(container, deadlineMs);
      await exited;
    },
  };
}

/** An existing container serves when its ports and credentials are the ones that are wanted now. */
async function findReusable(docker: Docker, record: DockerContainer): Promise<Docker.Container | undefined> {
  const container = docker.getContainer(record.name);
  const found = await container.inspect().catch(ignoreNotFound);
  if (!found) return undefined;
  const bound = found.HostConfig.PortBindings as Record<string, { HostPort: string }[]> | undefined;
  const fits =
    found.Config.Image === record.image &&
    bound?.['5672/tcp']?.[0]?.HostPort === `${record.amqpPort}` &&
    bound?.['15672/tcp']?.[0]?.HostPort === `${record.managementPort}`;
  if (fits) return container;
  await container.remove({ force: true });
  return undefined;
}

async function create(docker: Docker, record: DockerContainer): Promise<Docker.Container> {
  const labels = { 'mscli.workspace': record.workspace.name, 'mscli.root': record.workspace.root };
  await docker.createVolume({ Name: record.volume, Labels: labels });
  return docker.createContainer({
    name: record.name,
    Image: record.image,
    Hostname: brokerHostname,
    Labels: labels,
    // RabbitMQ itself reads these when it begins with empty data; ensureAccess sees to the other cases.
    Env: [`RABBITMQ_DEFAULT_USER=${record.user}`, `RABBITMQ_DEFAULT_PASS=${record.password}`],
    ExposedPorts: { '5672/tcp': {}, '15672/tcp': {} },
    HostConfig: {
      Binds: [`${record.volume}:/var/lib/rabbitmq`],
      PortBindings: { '5672/tcp': [local(record.amqpPort)], '15672/tcp': [local(record.managementPort)] },
    },
  });
}

function local(port: number) {
  return { HostIp: '127.0.0.1', HostPort: `${port}` };
}

async function followOutput(
  docker: Docker,
  container: Docker.Container,
  since: number,
  onLine: (line: string) => void,
): Promise<Disposable> {
  const stream = await container.logs({ follow: true, stdout: true, stderr: true, since });
  const output = new PassThrough();
  docker.modem.demuxStream(stream, output, output);
  const lines = createInterface({ input: output }).on('line', onLine);
  stream.on('error', () => lines.close());
  return {
    [Symbol.dispose]: () => {
      (stream as NodeJS.ReadableStream & { destroy?: () => void }).destroy?.();
      lines.close();
    },
  };
}

async function untilExit(container: Docker.Container): Promise<ContainerExit> {
  try {
    const { StatusCode } = await container.wait();
    return { kind: 'code', code: StatusCode };
  } catch (error) {
    return { kind: 'error', message: error instanceof Error ? error.message : String(error) };
  }
}

function ignoreNotModified(error: { statusCode?: number }): void {
  if (error.statusCode !== 304) throw error;
}

function ignoreNotFound(error: { statusCode?: number }): undefined {
  if (error.statusCode !== 404) throw error;
}

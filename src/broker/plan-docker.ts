import type Docker from 'dockerode';
import type { BrokerPlan } from './broker-plan.js';
import {
  containerName,
  containerUrl,
  type DockerContainer,
  newPassword,
  rabbitImage,
  volumeName,
} from './docker/container-record.js';
import type { PlanOptions } from './plan-embedded.js';

interface Known {
  running: boolean;
  user: string | undefined;
  password: string | undefined;
  amqpPort: number | undefined;
  managementPort: number | undefined;
}

/** RabbitMQ in Docker, with the credentials and ports that it had before. */
export async function planDocker(
  docker: Docker,
  workspace: { name: string; root: string },
  { reason, remembered, onNote, findPort }: PlanOptions,
): Promise<BrokerPlan> {
  const name = containerName(workspace);
  const existing = await inspect(docker, name);
  const before = remembered?.kind === 'docker' ? new URL(remembered.url) : undefined;
  const port = (known: number | undefined, preferred: number) =>
    existing?.running && known ? known : findPort(known ?? preferred);
  const known = {
    amqp: existing?.amqpPort ?? (before ? Number(before.port) : undefined),
    management: existing?.managementPort ?? remembered?.managementPort,
  };
  const container: DockerContainer = {
    name,
    volume: volumeName(workspace),
    image: rabbitImage,
    workspace: { name: workspace.name, root: workspace.root },
    user: before?.username || existing?.user || 'mscli',
    password: before?.password || existing?.password || newPassword(),
    amqpPort: await port(known.amqp, 5672),
    managementPort: await port(known.management, 15672),
  };
  if (known.amqp && known.amqp !== container.amqpPort) {
    onNote(`Port ${known.amqp}, which RabbitMQ had before, is taken; it listens on ${container.amqpPort} now.`);
  }
  return { kind: 'docker', url: containerUrl(container), reason, container };
}

async function inspect(docker: Docker, name: string): Promise<Known | undefined> {
  try {
    const { State, Config, HostConfig } = await docker.getContainer(name).inspect();
    const variable = (key: string) => Config.Env?.find((line) => line.startsWith(`${key}=`))?.slice(key.length + 1);
    const bindings = HostConfig.PortBindings as Record<string, { HostPort: string }[]> | undefined;
    const bound = (port: string) => Number(bindings?.[port]?.[0]?.HostPort) || undefined;
    return {
      running: State.Running,
      user: variable('RABBITMQ_DEFAULT_USER'),
      password: variable('RABBITMQ_DEFAULT_PASS'),
      amqpPort: bound('5672/tcp'),
      managementPort: bound('15672/tcp'),
    };
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

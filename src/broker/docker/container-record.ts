import { createHash, randomBytes } from 'node:crypto';

/** The container of one workspace's broker: all that is needed to create, find and remove it. */
export interface DockerContainer {
  name: string;
  volume: string;
  image: string;
  workspace: { name: string; root: string };
  user: string;
  password: string;
  amqpPort: number;
  managementPort: number;
}

export const rabbitImage = 'rabbitmq:4-management';

/** RabbitMQ names its data after its node, and so after its host: with another name it would begin empty. */
export const brokerHostname = 'mscli-broker';

/** Two workspaces with the same name in two places get two containers. */
export function containerName({ name, root }: { name: string; root: string }): string {
  return `mscli-${name}-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
}

export function volumeName(workspace: { name: string; root: string }): string {
  return `${containerName(workspace)}-data`;
}

export function newPassword(): string {
  return randomBytes(18).toString('base64url');
}

export function containerUrl({ user, password, amqpPort }: DockerContainer): string {
  return `amqp://${user}:${password}@127.0.0.1:${amqpPort}`;
}

import Docker from 'dockerode';

const image = 'rabbitmq:4-management';

/** Why RabbitMQ in Docker cannot be tested here; undefined when it can. */
export async function dockerReason(): Promise<string | undefined> {
  const docker = new Docker();
  try {
    await docker.ping();
  } catch {
    return 'no Docker engine answers (.ci/docker.sh starts one)';
  }
  try {
    await docker.getImage(image).inspect();
    return undefined;
  } catch {
    return `the Docker engine has no image ${image} (.ci/docker.sh makes one)`;
  }
}

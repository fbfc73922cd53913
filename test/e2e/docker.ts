import Docker from 'dockerode';

/** Why tests cannot use an image in Docker here, RabbitMQ's by default; undefined when they can. */
export async function dockerReason(image = 'rabbitmq:4-management'): Promise<string | undefined> {
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

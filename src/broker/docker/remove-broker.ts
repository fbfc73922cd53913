import type Docker from 'dockerode';
import { done } from './stop-container.js';

/** Removes the containers and volumes of a workspace's brokers, whatever it was called then; says which there were. */
export async function removeBroker(docker: Docker, root: string): Promise<string[]> {
  const filters = { label: [`mscli.root=${root}`] };
  const removed: string[] = [];
  for (const { Id, Names } of await docker.listContainers({ all: true, filters })) {
    const name = Names[0]?.replace(/^\//, '') ?? Id;
    if (await done(docker.getContainer(Id).remove({ force: true }))) removed.push(`container ${name}`);
  }
  // Without any, old engines answer null.
  const { Volumes } = await docker.listVolumes({ filters });
  for (const { Name } of Volumes ?? []) {
    if (await done(docker.getVolume(Name).remove())) removed.push(`volume ${Name}`);
  }
  return removed;
}

import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import Docker from 'dockerode';
import { runService, type ServiceContainer } from './service-container.js';

/** The image of one service. Disposing of it removes it, and what its build left. */
export interface ServiceImage extends AsyncDisposable {
  run(env?: Record<string, string>): Promise<ServiceContainer>;
}

/** Builds a service's image as `docker build -f services/<service>/Dockerfile .` does in the workspace. */
export async function buildService(workspace: string, service: string): Promise<ServiceImage> {
  const docker = new Docker();
  const name = `mscli-test-${service}-${randomUUID().slice(0, 8)}`;
  // The first stage has a tag as well: without one, nothing would find it to remove it.
  const tags = [`${name}:build`, `${name}:latest`];
  const remove = async () => {
    for (const tag of tags.toReversed()) await docker.getImage(tag).remove().catch(unlessMissing);
  };
  // The patterns of .dockerignore that have no ** count for these names only.
  const context = { context: workspace, src: await readdir(workspace) };
  const options = { dockerfile: `services/${service}/Dockerfile`, forcerm: true };
  try {
    await end(docker, await docker.buildImage(context, { ...options, t: tags[0], target: 'build' }));
    await end(docker, await docker.buildImage(context, { ...options, t: tags[1] }));
  } catch (error) {
    await remove();
    throw error;
  }
  return { run: (env = {}) => runService(docker, `${name}:latest`, env), [Symbol.asyncDispose]: remove };
}

/** Follows a build to its end. The engine reports a failed one as a success that says "error". */
async function end(docker: Docker, build: NodeJS.ReadableStream): Promise<void> {
  const output: { stream?: string; error?: string }[] = await new Promise((resolve, reject) => {
    docker.modem.followProgress(build, (error, lines) => (error ? reject(error) : resolve(lines)));
  });
  const failed = output.find(({ error }) => error !== undefined);
  const said = output.map(({ stream = '' }) => stream).join('');
  if (failed) throw new Error(`${failed.error}\n${said.slice(-3000)}`);
}

function unlessMissing(error: unknown) {
  if ((error as { statusCode?: number }).statusCode !== 404) throw error;
}

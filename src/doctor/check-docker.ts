import { type Engine, findEngine } from '../broker/docker/docker-engine.js';
import type { Finding } from './finding.js';

/** Whether a Docker engine answers. Only a workspace that asks for Docker needs one. */
export async function checkDocker(
  broker: string | undefined,
  find: () => Promise<Engine> = findEngine,
): Promise<Finding[]> {
  const check = 'docker';
  const engine = await find();
  if (engine.kind === 'present') {
    const { Version } = await engine.docker.version();
    return [{ check, status: 'ok', message: `Docker ${Version} answers` }];
  }
  if (broker === 'docker') {
    const hint = 'start Docker, or set `broker: embedded` in mscli.yaml';
    return [{ check, status: 'fail', message: `mscli.yaml asks for Docker, but ${engine.reason}`, hint }];
  }
  return [{ check, status: 'ok', message: `not needed: ${engine.reason}` }];
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { type RunningService, type ServiceDefinition, type StartOptions, startService } from '../../src/index.js';

/** A running service and what it has logged. */
export interface TestedHost extends RunningService {
  readonly url: string;
  readonly logged: Record<string, unknown>[];
}

/** A state folder that is removed when the test ends. */
export async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-host-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return pathToFileURL(folder).href;
}

/** Starts a service on a socket of this process; it is stopped when the test ends. */
export async function aService(
  definition: ServiceDefinition,
  { stateUrl, brokerUrl, ...options }: StartOptions & { stateUrl?: string; brokerUrl?: string } = {},
): Promise<TestedHost> {
  const logged: Record<string, unknown>[] = [];
  const running = await startService(definition, {
    environment: {
      port: 0,
      host: '127.0.0.1',
      stateUrl: stateUrl ?? (await stateFolder()),
      brokerUrl,
      instanceId: `${definition.name}-${randomUUID().slice(0, 4)}`,
      logLevel: 'info',
      stopDeadlineMs: 5000,
    },
    logTo: { write: (line) => logged.push(JSON.parse(line)) },
    ...options,
  });
  onTestFinished(async () => void (await running.stop()));
  return { ...running, url: running.url ?? '', logged };
}

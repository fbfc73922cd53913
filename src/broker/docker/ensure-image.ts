import type Docker from 'dockerode';
import { failure } from '../../errors.js';

export interface PullOptions {
  signal: AbortSignal;
  /** Told how far the pull is, a few times a second at most. */
  onProgress: (text: string) => void;
}

/** Sees to it that the image is on this machine; fails with `DOCKER_UNAVAILABLE` when it cannot be pulled. */
export async function ensureImage(docker: Docker, image: string, options: PullOptions): Promise<void> {
  if (await isPresent(docker, image)) return;
  try {
    await pull(docker, image, options);
  } catch (cause) {
    options.signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw failure('DOCKER_UNAVAILABLE', `The image ${image} is not here and cannot be pulled: ${reason}.`, {
      hint: `Try \`docker pull ${image}\`, or use the embedded broker: \`mscli up --broker embedded\`.`,
      cause,
    });
  }
}

async function isPresent(docker: Docker, image: string): Promise<boolean> {
  try {
    await docker.getImage(image).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

interface PullEvent {
  id?: string;
  status?: string;
  error?: string;
  progressDetail?: { current?: number; total?: number };
}

async function pull(docker: Docker, image: string, { signal, onProgress }: PullOptions): Promise<void> {
  onProgress(`Pulling ${image}`);
  const stream = await docker.pull(image, { abortSignal: signal });
  const layers = new Map<string, { current: number; total: number }>();
  let shownAt = 0;
  const events = await new Promise<PullEvent[]>((resolve, reject) => {
    const done = (error: Error | null, output: PullEvent[]) => (error ? reject(error) : resolve(output));
    docker.modem.followProgress(stream, done, (event: PullEvent) => {
      const { current, total } = event.progressDetail ?? {};
      if (event.id && current !== undefined && total) layers.set(event.id, { current, total });
      if (layers.size === 0 || performance.now() - shownAt < 500) return;
      shownAt = performance.now();
      onProgress(`Pulling ${image}: ${describe([...layers.values()])}`);
    });
  });
  // A failed pull ends like a good one; only its last event says so.
  const failed = events.find(({ error }) => error !== undefined);
  if (failed) throw new Error(failed.error);
}

function describe(layers: readonly { current: number; total: number }[]): string {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  const sum = (pick: 'current' | 'total') => layers.reduce((bytes, layer) => bytes + layer[pick], 0);
  return `${megabytes(sum('current'))} of ${megabytes(sum('total'))}`;
}

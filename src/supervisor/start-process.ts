import type { ProcessRecord } from './process-record.js';
import type { Exit, Running } from './running.js';
import { startGroup } from './start-group.js';

/** Starts what a record describes. Docker's client is loaded only for a container. */
export async function startProcess(
  record: ProcessRecord,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<Running> {
  const { run } = record;
  switch (run.kind) {
    case 'node':
    case 'shell':
      return startGroup(record, onLine);
    case 'container': {
      const { startContainer } = await import('../broker/docker/start-container.js');
      return startContainer(run.container, onLine, signal);
    }
    case 'external':
      return somebodyElses();
    default:
      return run satisfies never;
  }
}

/** Ends only for us: when we let go of it. */
function somebodyElses(): Running {
  let letGo = (_exit: Exit) => {};
  const exited = new Promise<Exit>((resolve) => {
    letGo = resolve;
  });
  return { pid: undefined, exited, stop: async () => letGo({ kind: 'code', code: 0 }) };
}

import { failure } from '../errors.js';
import { isFree } from '../ports/free-port.js';
import { portTaken } from '../ports/port-taken.js';
import type { ProcessRecord } from './process-record.js';

/** Fails with `PORT_TAKEN`, naming every port that somebody else has, before anything is started. */
export async function checkPorts(records: readonly Pick<ProcessRecord, 'name' | 'port' | 'run'>[]): Promise<void> {
  const needed = records.filter(({ run }) => run.kind === 'node' || run.kind === 'shell');
  const taken = await Promise.all(
    needed.map(async ({ name, port }) =>
      port === undefined || (await isFree(port)) ? undefined : portTaken(port, name),
    ),
  );
  const errors = taken.filter((error) => error !== undefined);
  if (errors.length <= 1) {
    if (errors[0]) throw errors[0];
    return;
  }
  throw failure('PORT_TAKEN', errors.map(({ message }) => message).join('\n'), {
    hint: 'Stop those processes, or choose other ports in mscli.yaml.',
  });
}

import { connectControl } from '../control/client.js';
import { isRunning, readRecord } from '../control/supervisor-record.js';
import type { Finding } from './finding.js';

/** Whether the workspace is up, and whether a killed supervisor has left processes behind. */
export async function checkSupervisor(
  { stateFolder }: { stateFolder: string },
  signal: AbortSignal,
): Promise<Finding[]> {
  const check = 'supervisor';
  const record = readRecord(stateFolder);
  if (record === undefined) return [{ check, status: 'ok', message: 'nothing runs here' }];
  if (isRunning(record)) {
    const status = await connectControl({ stateFolder })?.status(signal);
    const runs = `\`mscli up\` runs as process ${record.pid}`;
    if (status?.configFault === undefined) return [{ check, status: 'ok', message: runs }];
    const hint = 'mscli.yaml takes effect as soon as that is mended';
    const message = `${runs}, but not what mscli.yaml says: ${status.configFault}`;
    return [{ check, status: 'warn', message, hint }];
  }
  const left = record.groups.filter(isRunning).map(({ name, pid }) => `${name} (${pid})`);
  const message = `the last \`mscli up\` (process ${record.pid}) was killed; ${
    left.length === 0 ? 'its records are left' : `it left ${left.join(', ')} running`
  }`;
  return [{ check, status: 'warn', message, hint: '`mscli down` cleans up' }];
}

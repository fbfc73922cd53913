import { isRunning, readRecord } from '../control/supervisor-record.js';
import type { Finding } from './finding.js';

/** Whether the workspace is up, and whether a killed supervisor has left processes behind. */
export async function checkSupervisor({ stateFolder }: { stateFolder: string }): Promise<Finding[]> {
  const check = 'supervisor';
  const record = readRecord(stateFolder);
  if (record === undefined) return [{ check, status: 'ok', message: 'nothing runs here' }];
  if (isRunning(record)) return [{ check, status: 'ok', message: `\`mscli up\` runs as process ${record.pid}` }];
  const left = record.groups.filter(isRunning).map(({ name, pid }) => `${name} (${pid})`);
  const message = `the last \`mscli up\` (process ${record.pid}) was killed; ${
    left.length === 0 ? 'its records are left' : `it left ${left.join(', ')} running`
  }`;
  return [{ check, status: 'warn', message, hint: '`mscli down` cleans up' }];
}

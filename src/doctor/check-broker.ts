import { amqpHandshake } from '../broker/amqp-handshake.js';
import { readBroker } from '../broker/broker-file.js';
import { withoutPassword } from '../broker/broker-plan.js';
import { isRunning, readRecord } from '../control/supervisor-record.js';
import type { Workspace } from '../workspace/index.js';
import type { Finding } from './finding.js';

/** Which broker the workspace uses, and whether a real AMQP handshake succeeds where one should be running. */
export async function checkBroker(workspace: Workspace, signal: AbortSignal): Promise<Finding[]> {
  const { broker } = workspace.config;
  if (/^amqps?:/.test(broker)) return [await reach(broker, 'external, set in mscli.yaml', externalHint, signal)];
  const chosen = await readBroker(workspace.stateFolder);
  if (chosen === undefined) {
    return [{ check: 'broker', status: 'ok', message: `none chosen yet (${broker}); \`mscli up\` chooses one` }];
  }
  const what = chosen.reason === '' ? chosen.kind : `${chosen.kind}, ${chosen.reason}`;
  if (chosen.kind === 'external') return [await reach(chosen.url, what, externalHint, signal)];
  const record = readRecord(workspace.stateFolder);
  if (record !== undefined && isRunning(record)) return [await reach(chosen.url, what, localHint, signal)];
  return [{ check: 'broker', status: 'ok', message: `${what}; it starts with \`mscli up\`` }];
}

const externalHint = 'start that broker, or correct `broker` in mscli.yaml';
const localHint = '`mscli logs broker` shows why; `mscli restart broker` starts it again';

async function reach(url: string, what: string, hint: string, signal: AbortSignal): Promise<Finding> {
  const shown = withoutPassword(url);
  try {
    await amqpHandshake(url, { signal });
    return { check: 'broker', status: 'ok', message: `${shown} answers (${what})` };
  } catch (error) {
    const why = (error as Error).message || (error as NodeJS.ErrnoException).code;
    return { check: 'broker', status: 'fail', message: `${shown} does not answer (${what}): ${why}`, hint };
  }
}

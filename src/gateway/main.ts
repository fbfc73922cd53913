import { MscliError } from '../errors.js';
import { readEnvironment } from './environment.js';
import { type Gateway, startGateway } from './gateway.js';
import { gatherLines } from './gather-lines.js';
import { jsonLog, type Log } from './log.js';

/** The process of the gateway: one gateway from its environment, until it is told to stop. */
const base = {
  service: process.env.MSCLI_SERVICE || 'gateway',
  instance: process.env.MSCLI_INSTANCE_ID || 'gateway-1',
};
const lines = gatherLines((text) => process.stdout.write(text));
const log = jsonLog(lines.write, base);

// A reader that is gone must not end the gateway; it stops by a signal or by the end of the channel.
process.stdout.on('error', () => {});
const told = whenTold();
try {
  const gateway = await startGateway({ ...readEnvironment(process.env), log });
  log({ level: 'info', msg: `listening on ${gateway.url}` });
  await stopWhen(told, gateway, log);
} catch (error) {
  const known = error instanceof MscliError ? { code: error.code, hint: error.hint } : {};
  log({ level: 'error', msg: (error as Error).message, ...known });
  process.exitCode = 1;
}
lines.flush();
// The IPC channel would keep the process alive.
if (process.connected) process.disconnect();

function whenTold(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    process.once('disconnect', () => resolve('the end of the parent'));
  });
}

async function stopWhen(reason: Promise<string>, gateway: Gateway, tell: Log): Promise<void> {
  tell({ level: 'info', msg: `stopping because of ${await reason}` });
  await gateway.stop();
  tell({ level: 'info', msg: 'stopped' });
}

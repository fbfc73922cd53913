import { MscliError } from '../errors.js';
import { type GatewayEnvironment, readEnvironment } from './environment.js';
import { startGateway } from './gateway.js';
import { gatherLines } from './gather-lines.js';
import { jsonLog } from './log.js';
import { workerCount } from './settings/worker-count.js';

/** The process of the gateway, until it is told to stop: one gateway from its environment, or the primary of several workers, or one of these. */
const base = {
  service: process.env.MSCLI_SERVICE || 'gateway',
  instance: process.env.MSCLI_INSTANCE_ID || 'gateway-1',
};
const lines = gatherLines(process.stdout);
const log = jsonLog(lines.write, base);

// Also where a mistake ends the process: the last lines are those that one wants to see then.
process.once('exit', lines.flush);

// A reader that is gone must not end the gateway; it stops by a signal or by the end of the channel.
process.stdout.on('error', () => {});
const told = whenTold();
try {
  await run(await readEnvironment(process.env));
} catch (error) {
  const known = error instanceof MscliError ? { code: error.code, hint: error.hint } : {};
  log({ level: 'error', msg: (error as Error).message, ...known });
  process.exitCode = 1;
}
lines.flush();
// The channel to the parent would keep the process alive, and a worker ends with it.
if (process.connected) process.stdout.write('', () => process.disconnect());

function whenTold(): Promise<string> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGINT', () => resolve('SIGINT'));
    process.once('disconnect', () => resolve('the end of the parent'));
  });
}

async function run(environment: GatewayEnvironment): Promise<void> {
  const count = workerCount(environment.settings.workers);
  if (environment.workerOf !== undefined) {
    const { runWorker } = await import('./workers/run-worker.js');
    await runWorker({ environment, log, told });
  } else if (count > 1) {
    const { runPrimary } = await import('./workers/run-primary.js');
    await runPrimary({ environment, count, log, told });
  } else await runGateway(environment);
}

async function runGateway(environment: GatewayEnvironment): Promise<void> {
  const gateway = await startGateway({ ...environment, log });
  log({ level: 'info', msg: `listening on ${gateway.url}` });
  log({ level: 'info', msg: `stopping because of ${await told}` });
  await gateway.stop();
  log({ level: 'info', msg: 'stopped' });
}

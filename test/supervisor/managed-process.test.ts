import { expect, it } from 'vitest';
import { doublingBackoff } from '../../src/supervisor/backoff.js';
import { ManagedProcess } from '../../src/supervisor/managed-process.js';
import type { ProcessRecord } from '../../src/supervisor/process-record.js';
import type { Exit } from '../../src/supervisor/running.js';
import type { SupervisorEvent } from '../../src/supervisor/supervisor-event.js';
import { eventually } from '../support/eventually.js';

const record: ProcessRecord = {
  name: 'a',
  kind: 'service',
  service: 'a',
  instanceId: 'a-1',
  run: { kind: 'shell', command: 'none' },
  cwd: '/',
  env: {},
  port: 1,
  health: { kind: 'http', url: 'http://127.0.0.1:1/' },
  saysListening: false,
  dependsOn: [],
  build: undefined,
  watch: [],
};

it('waits longer and longer for a port that somebody has taken, however healthy it was before', async () => {
  const events: SupervisorEvent[] = [];
  const crashes = () => events.flatMap((event) => (event.type === 'crashed' ? [event.restartInMs] : []));
  let end = (_exit: Exit) => {};
  let now = 0;
  const exited = new Promise<Exit>((resolve) => {
    end = resolve;
  });
  const process = new ManagedProcess(record, {
    start: () => ({ pid: undefined, exited, stop: async () => {} }),
    check: async () => ({ ok: true }),
    untilReady: async () => {},
    untilBuilt: async () => {},
    portFault: async () => (crashes().length === 0 ? undefined : 'somebody has it'),
    dispatch: (event) => events.push(event),
    backoff: doublingBackoff({ baseMs: 1 }),
    readyPauseMs: () => 10,
    giveNotice: async () => {},
    stopDeadlineMs: 1_000,
    now: () => now,
  });
  process.start();
  await eventually(() => process.state.kind === 'ready');
  now = 60_000;
  end({ kind: 'code', code: 1 });
  await eventually(() => crashes().length >= 5);
  await process.stop();
  expect(crashes().slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
});

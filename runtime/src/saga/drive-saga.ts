import type { Service } from '../host/service.js';
import type { Clock } from './clock.js';
import type { AnySaga } from './definition.js';
import type { Journal } from './journal.js';
import { linkedSignal } from './linked-signal.js';
import { makeAttempt } from './make-attempt.js';
import { findPassage } from './passage.js';
import { plan } from './plan.js';
import type { SagaEvent } from './saga-events.js';
import { openAttempt, type SagaRecord } from './saga-record.js';
import { beginAttempt, endAttempt, getStuck, type Transition, type Verdict } from './transition.js';

/** What driving a saga needs. */
export interface DriveOptions {
  readonly journal: Journal;
  /** The saga of that name as this deployment knows it, if it does. */
  readonly saga: AnySaga | undefined;
  readonly instance: string;
  readonly service: Service;
  readonly clock: Clock;
  readonly random: () => number;
  /** Pause at the next journal entry and give up the lease. */
  readonly stop: AbortSignal;
  /** Don't wait for the step under way. */
  readonly drop: AbortSignal;
}

/**
 * Drives a saga that this process holds to its end, or until it is told to stop; resolves with the last state that it wrote.
 *
 * @throws {MscliError} `SAGA_LEASE_LOST` when another process has taken it over
 */
export async function driveSaga(taken: SagaRecord, options: DriveOptions): Promise<SagaRecord> {
  const { journal, instance, clock, random, stop, drop } = options;
  let saved = taken;
  let current = taken;
  let events: SagaEvent[] = [];

  const { saga, input, error } = await findPassage(taken, options.saga);
  if (error !== undefined || saga === undefined) {
    apply(getStuck(taken, error, clock.now()));
    return save();
  }
  if (openAttempt(current)) apply(endAttempt(current, saga, crashed(taken), timing()));
  for (;;) {
    const next = plan(current);
    if (next.kind === 'ended') return save();
    if (stop.aborted || drop.aborted) return save({ release: true });
    if (next.notBefore > clock.now()) {
      await save();
      await pause(next.notBefore - clock.now());
      continue;
    }
    // The last result and the next intent go into one entry: nothing happens between them.
    apply(beginAttempt(current, next, { at: clock.now(), instance }));
    await save();
    const step = saga.steps[next.index];
    if (step === undefined) throw new RangeError(`The saga ${saga.name} has no step ${next.index}.`);
    const verdict = await makeAttempt({ ...options, ...next, record: current, step, input });
    if (verdict === 'dropped') return save({ release: true });
    apply(endAttempt(current, saga, verdict, timing()));
  }

  function apply(transition: Transition): void {
    current = transition.record;
    events.push(...transition.events);
  }

  async function save(how?: { release: boolean }): Promise<SagaRecord> {
    if (current !== saved || how?.release) await journal.save(saved, current, events, how);
    saved = current;
    events = [];
    return saved;
  }

  async function pause(ms: number): Promise<void> {
    using either = linkedSignal(stop, drop);
    await clock.sleep(ms, either.signal);
  }

  function timing() {
    return { at: clock.now(), random };
  }
}

/** The attempt that the last holder left open. */
function crashed(record: SagaRecord): Verdict {
  const message = `${openAttempt(record)?.attempt.instance} died, or lost the saga, before it could journal how this attempt ended.`;
  return { outcome: 'crashed', error: { code: 'SAGA_ATTEMPT_CRASHED', message }, unknown: true };
}

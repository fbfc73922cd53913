import { onTestFinished } from 'vitest';
import type { Service } from '../../src/host/service.js';
import {
  type AnySaga,
  type SagaEvent,
  SagaRunner,
  type SagaRunnerOptions,
  type SagaStepEventData,
} from '../../src/saga/index.js';
import type { Database } from '../../src/state/index.js';
import { tempDatabase, tempStateUrl } from '../state/temp-state.js';

/** A runner on a database of its own, stopped when the test ends. */
export interface TempRunner {
  readonly runner: SagaRunner;
  readonly db: Database;
  readonly stateUrl: string;
  /** What it published, as `type step attempt`. */
  readonly published: string[];
  /** What it logged. */
  readonly logged: string[];
}

export type TempOptions = Partial<SagaRunnerOptions> & { readonly stateUrl?: string };

/** Opens a database, registers the sagas and resumes. */
export async function tempRunner(sagas: readonly AnySaga[], options: TempOptions = {}): Promise<TempRunner> {
  const stateUrl = options.stateUrl ?? (await tempStateUrl());
  const db = options.db ?? (await tempDatabase({ stateUrl }));
  const published: string[] = [];
  const logged: string[] = [];
  const write = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const runner = new SagaRunner({
    service: 'order-service',
    instanceId: 'order-service-1',
    context: {} as Service,
    log: { info: write, warn: write, error: write },
    publish: async (type, data, { tx }) => tx.afterCommit(() => published.push(line(type, data as SagaStepEventData))),
    lookEveryMs: 50,
    ...options,
    db,
  });
  onTestFinished(() => runner.stop({ deadlineMs: 200 }));
  runner.register(...sagas);
  await runner.resume();
  return { runner, db, stateUrl, published, logged };
}

function line(type: SagaEvent['type'], { step, direction, attempt }: SagaStepEventData): string {
  return step === undefined ? type : `${type} ${step}${direction === 'undo' ? ' undo' : ''} ${attempt}`;
}

/** Retries without a pause. */
export const atOnce = { baseMs: 0 };

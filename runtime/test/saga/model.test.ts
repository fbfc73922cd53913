import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Service } from '../../src/host/service.js';
import { type AnySaga, readSaga, type SagaResult, SagaRunner, type SagaState } from '../../src/saga/index.js';
import type { Database } from '../../src/state/index.js';
import { tempDatabase, tempStateUrl } from '../state/temp-state.js';
import { nameOf, type Scenario, type StepScript, scenario, World } from './model.js';
import { mortalDatabase } from './mortal-database.js';

const silence = { info: () => {}, warn: () => {}, error: () => {} };

it('ends with all effects or none, whatever fails, hangs or crashes at whichever journal write', async () => {
  const stateUrl = await tempStateUrl();
  const db = await tempDatabase({ stateUrl });
  await db.run('CREATE TABLE told (saga TEXT NOT NULL, type TEXT NOT NULL)');
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async (drawn) => {
      const id = `saga-${runs++}`;
      const world = new World(drawn.steps);
      const result = await live(db, world.saga(), id, drawn);
      checkEffects(drawn.steps, world, result.state);
      expect(new Set(world.calls).size, 'no attempt is made twice under one number').toBe(world.calls.length);
      const told = await db.all<{ type: string }>('SELECT type FROM told WHERE saga = ? ORDER BY rowid', [id]);
      const ends = told.filter(({ type }) => /^saga\.(started|completed|compensated|stuck)$/.test(type));
      expect(ends).toEqual([{ type: 'saga.started' }, { type: `saga.${result.state}` }]);
      expect(await readSaga(stateUrl, id)).toMatchObject({ state: result.state, nextAction: { kind: 'none' } });
    }),
    { numRuns: 120 },
  );
}, 60_000);

/** One process after another, each dying at its journal write, the last one living. */
async function live(real: Database, saga: AnySaga, id: string, { crashes }: Scenario): Promise<SagaResult> {
  for (const crash of crashes) {
    const { db, dead } = mortalDatabase(real, crash);
    const ended = await Promise.race([process(db, saga, id), dead.then(() => undefined)]).catch(() => undefined);
    if (ended !== undefined) return ended;
  }
  return process(real, saga, id);
}

async function process(db: Database, saga: AnySaga, id: string): Promise<SagaResult> {
  const runner = new SagaRunner({
    service: 'order-service',
    instanceId: 'order-service-1',
    db,
    context: {} as Service,
    log: silence,
    publish: (type, { sagaId }, { tx }) => tx.run('INSERT INTO told VALUES (?, ?)', [sagaId, type]),
  });
  runner.register(saga);
  try {
    await runner.resume();
    await runner.start(saga, {}, { id });
    return await runner.wait(id);
  } finally {
    await runner.stop({ deadlineMs: 0 });
  }
}

function checkEffects(steps: readonly StepScript[], { effects, calls }: World, state: SagaState): void {
  const names = steps.map((_, index) => nameOf(index));
  const done = effects.filter((effect) => effect.startsWith('do ')).map((effect) => effect.slice(3));
  const undone = effects.filter((effect) => effect.startsWith('undo ')).map((effect) => effect.slice(5));
  expect(done, 'effects happen once and in order').toEqual(names.slice(0, done.length));
  if (state === 'completed') {
    expect(done).toEqual(names);
    expect(undone).toEqual([]);
    return;
  }
  expect(state).toBe('compensated');
  expect(effects, 'all that was done is undone, in reverse, after the last was done').toEqual([
    ...done.map((name) => `do ${name}`),
    ...done.toReversed().map((name) => `undo ${name}`),
  ]);
  for (const [index, step] of steps.entries()) {
    const name = nameOf(index);
    if (step.kind === 'retriable') expect(calls.join(' '), 'past the point of no return').not.toContain(`:${name}:`);
    if (step.kind === 'pivot' && !step.hasUndo) expect(done).not.toContain(name);
  }
}

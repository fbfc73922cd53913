import fc from 'fast-check';
import { z } from 'zod';
import { type AnySaga, Rejected, type StepContext, type StepKind, saga } from '../../src/saga/index.js';
import { atOnce } from './temp-runner.js';

/** What the world does with one call: whether the effect happens, and what the caller gets to know. */
export type Fate = 'ok' | 'fail' | 'reject' | 'lost, done' | 'lost, not done' | 'hang, done' | 'hang, not done';

/** One step, and what happens to its first calls; later ones succeed. */
export interface StepScript {
  readonly kind: StepKind;
  readonly hasUndo: boolean;
  readonly do: readonly Fate[];
  readonly undo: readonly Fate[];
}

/** After how many journal writes a process dies, and whether the last one is committed though nobody hears of it. */
export interface Crash {
  readonly writes: number;
  readonly committed: boolean;
}

export interface Scenario {
  readonly steps: readonly StepScript[];
  readonly crashes: readonly Crash[];
}

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('ok' as const) },
  { weight: 2, arbitrary: fc.constantFrom('fail', 'reject', 'lost, done', 'lost, not done') },
  { weight: 1, arbitrary: fc.constantFrom('hang, done', 'hang, not done') },
);

const script = (kind: StepKind): fc.Arbitrary<StepScript> =>
  fc.record({
    kind: fc.constant(kind),
    hasUndo: kind === 'compensatable' ? fc.constant(true) : fc.boolean(),
    do: fc.array(fate, { maxLength: 4 }),
    undo: fc.array(fate, { maxLength: 3 }),
  });

export const scenario: fc.Arbitrary<Scenario> = fc.record({
  steps: fc
    .tuple(
      fc.array(script('compensatable'), { maxLength: 3 }),
      fc.array(script('pivot'), { maxLength: 1 }),
      fc.array(script('retriable'), { maxLength: 2 }),
    )
    .map((groups) => groups.flat())
    .filter((steps) => steps.length > 0),
  crashes: fc.array(fc.record({ writes: fc.nat({ max: 8 }), committed: fc.boolean() }), { maxLength: 4 }),
});

/** The services that a saga calls: idempotent by key, and remembering what really happened. */
export class World {
  /** What happened, in order, such as `do a`, `undo a`. */
  readonly effects: string[] = [];
  /** Every call that was made, such as `s:a:do 2`. */
  readonly calls: string[] = [];
  readonly #steps: readonly StepScript[];
  readonly #done = new Set<string>();

  constructor(steps: readonly StepScript[]) {
    this.#steps = steps;
  }

  /** The saga of this scenario, as a deployment has it. */
  saga(): AnySaga {
    // biome-ignore lint/suspicious/noExplicitAny: the order of the steps is drawn, not typed
    let built: any = saga('modelled', z.object({}));
    for (const [index, step] of this.#steps.entries()) {
      const name = nameOf(index);
      built = built[step.kind](name, {
        do: (ctx: StepContext<unknown, unknown>) => this.#call(ctx, 'do', name, step.do),
        ...(step.hasUndo && { undo: (ctx: StepContext<unknown, unknown>) => this.#call(ctx, 'undo', name, step.undo) }),
        timeoutMs: 4,
        retry: { attempts: 2, ...atOnce },
      });
    }
    return built;
  }

  #call(ctx: StepContext<unknown, unknown>, direction: 'do' | 'undo', name: string, fates: readonly Fate[]) {
    const made = this.calls.filter((call) => call.startsWith(`${ctx.idempotencyKey} `)).length;
    this.calls.push(`${ctx.idempotencyKey} ${ctx.attempt}`);
    const drawn = fates[made] ?? 'ok';
    // A service that has done it answers the same key with success, however it would decide today. It may be out of reach.
    const fate = this.#done.has(ctx.idempotencyKey) && drawn === 'reject' ? 'ok' : drawn;
    if (fate === 'ok' || fate.endsWith(', done')) this.#happen(ctx, direction, name);
    if (fate === 'ok') return Promise.resolve(`${direction} ${name}`);
    if (fate.startsWith('hang')) return new Promise(() => {});
    if (fate === 'reject') return Promise.reject(new Rejected(`${direction} ${name} refused`));
    return Promise.reject(Object.assign(new Error(fate), { outcomeUnknown: fate.startsWith('lost') }));
  }

  #happen({ sagaId, idempotencyKey }: StepContext<unknown, unknown>, direction: 'do' | 'undo', name: string): void {
    if (this.#done.has(idempotencyKey)) return;
    this.#done.add(idempotencyKey);
    // Undoing what was never done is no effect.
    if (direction === 'do' || this.#done.has(`${sagaId}:${name}:do`)) this.effects.push(`${direction} ${name}`);
  }
}

/** The name of the step at this position. */
export function nameOf(index: number): string {
  return String.fromCharCode(97 + index);
}

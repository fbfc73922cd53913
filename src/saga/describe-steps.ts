import type { AttemptTrace, SagaTrace, StepState, StepTrace } from '@mscli/runtime/saga';
import { formatDuration } from '../text/duration.js';
import type { Style } from '../text/style.js';
import { padEnd, width } from '../text/table.js';
import { wrap } from '../text/wrap.js';
import type { Canvas } from './describe-saga.js';

const mostAttempts = 6;

/** The steps from first to last along a line: kind, state and time of each, then its attempts and keys. */
export function describeSteps({ steps, error }: SagaTrace, canvas: Canvas): string[] {
  const names = Math.max(...steps.map(({ name }) => name.length), 0);
  return steps.flatMap((step, index) => {
    const last = index === steps.length - 1;
    const rail = canvas.style.dim(last ? ' ' : '│');
    const [first = '', ...details] = describeStep(step, names, canvas, error?.message);
    return [first, ...details.map((line) => `${rail} ${line}`.trimEnd())];
  });
}

function describeStep(step: StepTrace, names: number, canvas: Canvas, told: string | undefined): string[] {
  const { style } = canvas;
  const { glyph, paint } = looks[step.state];
  const took = step.durationMs === undefined ? '' : formatDuration(step.durationMs);
  const cells = [padEnd(step.name, names), step.kind.padEnd(13), padEnd(paint(style)(step.state), 12), took];
  return [
    `${paint(style)(glyph)} ${cells.join('  ').trimEnd()}`,
    ...shown(step.attempts).flatMap((attempt) => describeAttempt(attempt, canvas, told)),
    ...keys(step).map((key) => style.dim(`  key   ${key}`)),
  ];
}

type Paint = (style: Style) => (text: string) => string;

const looks: Record<StepState, { glyph: string; paint: Paint }> = {
  pending: { glyph: '○', paint: (style) => style.dim },
  running: { glyph: '◐', paint: (style) => style.cyan },
  completed: { glyph: '●', paint: (style) => style.green },
  failed: { glyph: '✗', paint: (style) => style.red },
  unknown: { glyph: '?', paint: (style) => style.red },
  compensating: { glyph: '◐', paint: (style) => style.yellow },
  compensated: { glyph: '↩', paint: (style) => style.yellow },
  stuck: { glyph: '!', paint: (style) => style.red },
};

/** All attempts, or of very many the first ones and the latest, with a line for those between. */
function shown(attempts: readonly AttemptTrace[]): (AttemptTrace | number)[] {
  if (attempts.length <= mostAttempts) return [...attempts];
  const tail = mostAttempts / 2;
  return [...attempts.slice(0, tail), attempts.length - mostAttempts, ...attempts.slice(-tail)];
}

/** `told` is the error at the top of the drawing, which is not told again. */
function describeAttempt(attempt: AttemptTrace | number, { style, columns }: Canvas, told?: string): string[] {
  if (typeof attempt === 'number') return [style.dim(`  ... ${attempt} more attempts`)];
  const { direction, number, outcome, durationMs, error } = attempt;
  const took = durationMs === undefined ? '' : formatDuration(durationMs);
  const paint = outcome === 'completed' ? style.green : outcome === 'running' ? style.cyan : style.red;
  const nth = number === 1 ? '' : `#${number}`;
  const facts = `  ${direction.padEnd(4)}  ${nth.padEnd(3)} ${padEnd(paint(outcome), 11)}  ${took.padEnd(6)}`;
  if (error === undefined) return [facts.trimEnd()];
  if (error.message === told) return [`${facts}  ${style.dim('see above')}`];
  // Beside the facts where it fits, else below them; two columns are the rail's.
  const room = columns - 2 - width(facts) - 2;
  if (error.message.length <= room) return [`${facts}  ${style.red(error.message)}`];
  return [facts.trimEnd(), ...wrap(error.message, columns - 14).map((text) => `${' '.repeat(12)}${style.red(text)}`)];
}

/** The keys of the directions that were tried, in one line: `<saga>:<step>:do|undo`. */
function keys({ attempts, idempotencyKeys }: StepTrace): string[] {
  const [first, second] = [...new Set(attempts.map(({ direction }) => direction))];
  if (first === undefined) return [];
  return [`${idempotencyKeys[first]}${second === undefined ? '' : `|${second}`}`];
}

import { headline } from '../text/headline.js';
import type { Style } from '../text/style.js';
import { cut, padEnd } from '../text/table.js';
import { paintState } from './describe-processes.js';
import { processColour } from './process-colour.js';
import { detailOf, type ProcessState, pidOf } from './process-state.js';

/** The lines that stay below the log stream of `mscli up`: one for each process, none wider than the terminal. */
export function statusLines(
  states: ReadonlyMap<string, ProcessState>,
  ports: ReadonlyMap<string, number | undefined>,
  columns: number,
  style: Style,
): string[] {
  const names = [...states.keys()];
  const width = Math.max(0, ...names.map(({ length }) => length));
  const rule = style.dim('─'.repeat(Math.max(0, Math.min(columns - 1, 60))));
  const lines = names.map((name, index) => {
    const state = states.get(name) ?? { kind: 'stopped' };
    const fixed = `${processColour(index, style)(name.padEnd(width))}  ${padEnd(paintState(state.kind, style), 11)} `;
    const port = ports.get(name);
    const facts = [
      port === undefined ? '' : `:${port}`,
      pidOf(state) === undefined ? '' : `pid ${pidOf(state)}`,
      headline(detailOf(state) ?? ''),
    ];
    const rest = facts.filter((fact) => fact !== '').join('  ');
    return fixed + style.dim(cut(rest, Math.max(0, columns - width - 15)));
  });
  return [rule, ...lines];
}

import type { SagaState, SagaSummary } from '@mscli/runtime/saga';
import { formatDuration } from '../text/duration.js';
import type { Style } from '../text/style.js';
import { cut, table } from '../text/table.js';
import { shortIds } from './short-ids.js';

/** `saga list` for people: the latest first, with as much of each id as `saga trace` needs. */
export function describeSagaList(sagas: readonly SagaSummary[], now: number, style: Style, limit?: number): string {
  if (sagas.length === 0) return 'No saga has been started here, or none matches.\n';
  const ids = shortIds(sagas.map(({ id }) => id));
  return table(
    ['SAGA', 'NAME', 'SERVICE', 'STATE', 'STEPS', 'STARTED', 'TOOK', 'ERROR'],
    sagas.map((saga, index) => [
      ids[index] ?? saga.id,
      saga.name,
      saga.service,
      paintSagaState(saga.state, style),
      `${saga.stepsCompleted}/${saga.stepsTotal}`,
      `${formatDuration(now - Date.parse(saga.startedAt))} ago`,
      formatDuration(saga.durationMs),
      saga.error === undefined ? '' : cut(saga.error.message, 120),
    ]),
    style,
    limit,
  );
}

export function paintSagaState(state: SagaState, style: Style): string {
  switch (state) {
    case 'completed':
      return style.green(state);
    case 'running':
      return style.cyan(state);
    case 'compensating':
    case 'compensated':
      return style.yellow(state);
    case 'stuck':
      return style.red(state);
    default:
      return state satisfies never;
  }
}

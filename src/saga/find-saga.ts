import { readSaga, type SagaTrace } from '@mscli/runtime/saga';
import { failure } from '../errors.js';

/** The saga whose id begins as given; fails where none or several do. */
export async function findSaga(stateUrl: string, id: string): Promise<SagaTrace> {
  const found = await readSaga(stateUrl, id);
  if (found !== undefined) return found;
  throw failure('NOT_FOUND', `No saga has an id that begins with "${id}".`, { hint: '`mscli saga list` shows them.' });
}

import type { ProcessRecord } from './process-record.js';

const NOTICE_MS = 100;

/** A service with a command of its own may end at once when it is told to, with what it runs; one with our runtime gives notice itself. */
export function noticeMs({ kind, run }: Pick<ProcessRecord, 'kind' | 'run'>): number {
  return kind === 'service' && run.kind === 'shell' ? NOTICE_MS : 0;
}

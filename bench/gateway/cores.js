import { existsSync } from 'node:fs';
import { cpus } from 'node:os';

/** The proxy has a core of its own; what asks and what answers share the other. */
const cores = { proxy: '0', load: '1' };
const TASKSET = '/usr/bin/taskset';

/** Whether parts are kept on cores; elsewhere the system puts them where it likes, and shares mean less. */
export const isPinned = existsSync(TASKSET) && cpus().length > 1;

/**
 * A program and its arguments, as they are to be started.
 *
 * @param {keyof typeof cores} part
 * @param {string} program
 * @param {readonly string[]} args
 * @returns {[string, string[]]}
 */
export function onCore(part, program, args) {
  return isPinned ? [TASKSET, ['-c', cores[part], program, ...args]] : [program, [...args]];
}

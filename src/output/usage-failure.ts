import { failure, type MscliError } from '../errors.js';
import { nearest } from '../workspace/nearest.js';

/** What oclif has against the arguments of a command, with the flag that was meant or the page that helps. */
export function usageFailure(error: Error, { id, flags }: { id: string; flags: readonly string[] }): MscliError {
  const command = `mscli ${id.replaceAll(':', ' ')}`;
  const message = error.message.replace(/\nSee more help with --help$/, '').replaceAll('\n', '\n  ');
  const unknown = 'flags' in error && Array.isArray(error.flags) ? String(error.flags[0]).replace(/^-+/, '') : '';
  const meant = unknown.length > 1 ? nearest(unknown, flags) : undefined;
  const hint = meant === undefined ? `\`${command} --help\` shows how it is used.` : `Did you mean --${meant}?`;
  return failure('USAGE', message, { hint });
}

import { failure, type MscliError } from '../errors.js';
import { type PortHolder, portHolder } from './holder.js';

/** The error of a port that somebody else has: names the port, the process that holds it, and the way out. */
export async function portTaken(
  port: number,
  wantedBy: string,
  options: { cause?: unknown; hint?: string; find?: (port: number) => Promise<PortHolder | undefined> } = {},
): Promise<MscliError> {
  const holder = await (options.find ?? portHolder)(port);
  const who = holder === undefined ? 'another process' : `process ${holder.pid} (${shorten(holder.command)})`;
  const stop = holder === undefined ? 'Stop that process' : `Stop it with \`kill ${holder.pid}\``;
  return failure('PORT_TAKEN', `Port ${port}, which ${wantedBy} needs, is held by ${who}.`, {
    hint: options.hint ?? `${stop}, or choose another port.`,
    ...(options.cause === undefined ? {} : { cause: options.cause }),
  });
}

function shorten(command: string): string {
  return command.length <= 100 ? command : `${command.slice(0, 99)}…`;
}

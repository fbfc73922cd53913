import { failure } from '../errors.js';
import { suggesting } from '../workspace/nearest.js';

/** The gateway calls services, and nobody calls it. */
export const GATEWAY = 'gateway';

export interface BreakerName {
  caller: string;
  callee: string;
}

/** Takes a breaker's name apart and checks that both sides exist; `*` stands for all. */
export function checkBreakerName(name: string, services: readonly string[]): BreakerName {
  const [caller, callee, ...rest] = name.split('->');
  if (!caller || !callee || rest.length > 0) throw malformed(name, services);
  checkSide('caller', caller, [GATEWAY, ...services]);
  checkSide('callee', callee, services);
  return { caller, callee };
}

function malformed(name: string, services: readonly string[]): Error {
  const example = `'${GATEWAY}->${services[0] ?? 'order-service'}'`;
  const hint = name.endsWith('-')
    ? `The shell took ">" for a redirection and may have written a file; quote the name, such as ${example}.`
    : `A breaker is named after its caller and its callee, such as ${example}.`;
  return failure('USAGE', `"${name}" is not the name of a breaker.`, { hint });
}

function checkSide(side: 'caller' | 'callee', name: string, known: readonly string[]): void {
  if (name === '*' || known.includes(name)) return;
  throw failure('NOT_FOUND', suggesting(`There is no ${side} "${name}" in this workspace`, name, known), {
    hint: known.length > 0 ? `It has ${known.join(', ')}; * stands for all.` : 'It has no services yet.',
  });
}

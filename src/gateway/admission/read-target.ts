import { problem } from '../answers/problem.js';
import { parseTarget } from '../routing/target.js';
import type { Pass } from './pass.js';

/** Reads the target into path, query and key; refuses what two readers could take for two things. */
export const readTarget: Pass = (exchange) => {
  const target = parseTarget(exchange.target);
  if ('refused' in target) return problem('bad-request', target.refused);
  if (target.authority !== undefined && target.authority.toLowerCase() !== exchange.host?.toLowerCase()) {
    return problem('bad-request', 'The request target and the Host name different hosts.', { closes: true });
  }
  exchange.path = target.path;
  exchange.query = target.query;
  exchange.key = target.key;
  return undefined;
};

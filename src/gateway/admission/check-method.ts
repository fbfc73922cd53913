import { problem } from '../answers/problem.js';
import type { Pass } from './pass.js';

/** CONNECT would make an open proxy of the gateway, and TRACE would show what the gateway adds to a request. */
export const checkMethod: Pass = ({ method, target }) => {
  if (method === 'CONNECT' || method === 'TRACE') {
    return problem('not-implemented', `The method ${method} is not served here.`, { closes: method === 'CONNECT' });
  }
  return target === '*' ? problem('bad-request', 'The target * has no route.') : undefined;
};

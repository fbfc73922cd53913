import { problem } from '../answers/problem.js';
import { valuesOf } from '../headers/raw-headers.js';
import type { Pass } from './pass.js';

/** What follows a request to upgrade could be its body to one reader and the new protocol to another. */
export const checkUpgrade: Pass = ({ headers, upgrade }) => {
  if (!upgrade) return undefined;
  const hasBody =
    valuesOf(headers, 'transfer-encoding').length > 0 || (valuesOf(headers, 'content-length')[0] ?? '0') !== '0';
  return hasBody ? problem('bad-request', 'A request to upgrade must not have a body.', { closes: true }) : undefined;
};

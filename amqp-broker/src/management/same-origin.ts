import type { IncomingMessage } from 'node:http';
import { isLoopback } from '../connection/loopback.js';
import { ApiError } from './answer.js';

/**
 * Refuses what a page in somebody's browser makes it send here. Such a request names another site: as where it comes from
 * (a form, a script), or as the host that it thinks it reaches (DNS rebinding). Credentials do not tell, since everybody
 * knows guest's, and browsers send along those they have been given.
 */
export function requireSameOrigin({ headers }: IncomingMessage): void {
  const { host, origin } = headers;
  const site = headers['sec-fetch-site'];
  if (!isLoopback(hostname(host))) throw refused(`it only answers on this machine's own names, not on ${host}`);
  if (origin !== undefined && origin !== `http://${host}`) throw refused('it does not answer to web pages');
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw refused('it does not answer to web pages');
}

/** The host without its port and brackets. */
function hostname(host: string | undefined): string | undefined {
  return host
    ?.replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
}

function refused(why: string): ApiError {
  return new ApiError(403, 'forbidden', `the management API refuses this request: ${why}`);
}

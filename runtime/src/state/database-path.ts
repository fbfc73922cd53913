import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MscliError } from '../errors.js';

/**
 * Where a service's SQLite file is: `<state folder>/state/<service>.db`.
 *
 * @throws {MscliError} `STATE_URL` when the state URL is no absolute `file:` URL
 * @throws {MscliError} `STATE_SERVICE` when the service's name cannot be part of a file name
 */
export function databasePath(stateUrl: string, service: string): string {
  if (!/^[a-z0-9][a-z0-9._-]*$/i.test(service)) {
    throw new MscliError('STATE_SERVICE', `The service name ${JSON.stringify(service)} cannot name a database file.`, {
      hint: 'Use letters, digits and hyphens, such as order-service.',
    });
  }
  return join(databaseFolder(stateUrl), `${service}.db`);
}

/**
 * The folder that holds the SQLite files of all services of an environment.
 *
 * @throws {MscliError} `STATE_URL` when the state URL is no absolute `file:` URL
 */
export function databaseFolder(stateUrl: string): string {
  if (!/^file:\/\/(localhost)?\//i.test(stateUrl)) {
    throw new MscliError('STATE_URL', `The state URL ${JSON.stringify(withoutPassword(stateUrl))} is not supported.`, {
      hint: 'Set MSCLI_STATE_URL to an absolute file: URL of the state folder, such as file:///home/ann/shop/.mscli.',
    });
  }
  return join(fileURLToPath(stateUrl), 'state');
}

function withoutPassword(url: string): string {
  return url.replace(/(\/\/[^/@:]*):[^/@]*@/, '$1:***@');
}

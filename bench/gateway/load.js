import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onCore } from './cores.js';

const WRK = '/usr/bin/wrk';

/** @typedef {{ requests: number, tookSeconds: number, p50: number, p99: number, errors: number }} LoadResult */

export const hasWrk = existsSync(WRK);

/**
 * Keeps `connections` connections busy, one request at a time on each, for so many seconds: with wrk where it is installed, else
 * with a program of Node's, which takes more of the core that it shares with the upstream.
 *
 * @param {{ port: number, method: string, path: string, body: number, connections: number, seconds: number, token?: string | undefined }} options
 * @returns {Promise<LoadResult>}
 */
export async function load({ port, method, path, body, connections, seconds, token = '-' }) {
  const url = `http://127.0.0.1:${port}${path}`;
  // wrk's seconds are whole ones.
  const length = String(Math.max(1, Math.round(seconds)));
  const wanted = [method, String(body), token];
  const [program, args] = hasWrk
    ? [
        WRK,
        [
          '-t1',
          `-c${connections}`,
          `-d${length}s`,
          '-s',
          fileURLToPath(new URL('wrk.lua', import.meta.url)),
          url,
          '--',
        ],
      ]
    : [process.execPath, [fileURLToPath(new URL('node-load.js', import.meta.url)), url, String(connections), length]];
  const { stdout } = await promisify(execFile)(...onCore('load', program, [...args, ...wanted]));
  const result = /^result (\{.*\})$/m.exec(stdout)?.[1];
  if (result === undefined) throw new Error(`the load came to nothing: ${stdout}`);
  return JSON.parse(result);
}

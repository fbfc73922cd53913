import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../ready.js';

/**
 * The table of exit codes in src/errors.ts.
 *
 * @returns {Promise<typeof import('../../src/errors.js').exitCodes>}
 */
export async function loadExitCodes() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/errors.ts')],
    conditions: ['source'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  const source = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
  return (await import(`data:text/javascript;base64,${source}`)).exitCodes;
}

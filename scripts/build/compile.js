import { execFile } from 'node:child_process';
import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { place } from './place.js';
import { hashOf, readStamp, root, writeStamp } from './stamp.js';

/**
 * Compiles a published package with tsc into its dist. Types are checked by `npm run check`, not here.
 *
 * @param {'runtime' | 'amqp-broker'} name
 * @param {{ force: boolean, clean: boolean }} options
 */
export async function compilePackage(name, { force, clean }) {
  const folder = join(root, name);
  const hash = await hashOf(['src', 'package.json', 'tsconfig.build.json', '../tsconfig.base.json'], folder);
  const built = await access(join(folder, 'dist')).then(
    () => true,
    () => false,
  );
  if (!force && !clean && built && (await readStamp(name)) === hash) return `${name}: unchanged`;

  // Beside `dist`, so that the relative paths in the source maps still hold after the move.
  const output = join(folder, `.dist-${process.pid}`);
  try {
    await compile(folder, output);
    await place(output, join(folder, 'dist'));
  } finally {
    await rm(output, { recursive: true, force: true });
  }
  await writeStamp(name, hash);
  return `${name}: compiled`;
}

/**
 * @param {string} folder
 * @param {string} output
 */
async function compile(folder, output) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const flags = ['-p', 'tsconfig.build.json', '--outDir', output, '--noCheck'];
  try {
    await promisify(execFile)(process.execPath, [tsc, ...flags], { cwd: folder });
  } catch (error) {
    const { stdout, stderr, message } = /** @type {Error & { stdout?: string, stderr?: string }} */ (error);
    throw new Error(`tsc in ${folder}: ${stdout || stderr || message}`, { cause: error });
  }
}

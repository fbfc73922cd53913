import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Installs the dependencies when they are missing or older than the lock file, then builds. */
export function installAndBuild() {
  install();
  run(process.execPath, ['scripts/build.js']);
}

/** Installs the dependencies when they are missing or older than the lock file. */
export function install() {
  if (!isInstalled()) run('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit']);
}

/**
 * Runs a program in the repository with its output on stderr; ends this process when it fails.
 *
 * @param {string} program
 * @param {string[]} args
 */
export function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) throw error;
  if (status !== 0) {
    console.error(`${[program, ...args].join(' ')} failed with exit code ${status}`);
    process.exit(1);
  }
}

function isInstalled() {
  const installed = join(root, 'node_modules/.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs one check in the repository and gathers what it says; it never rejects.
 *
 * @param {{ name: string, program: string, args: string[] }} check
 * @returns {Promise<{ name: string, ok: boolean, output: string, ms: number }>}
 */
export function runCheck({ name, program, args }) {
  const startedAt = performance.now();
  const path = program === 'node' ? process.execPath : join(root, 'node_modules', '.bin', program);
  // publint packs each package to see what is in it; that must not build it again.
  const env = { ...process.env, NO_COLOR: '1', npm_config_ignore_scripts: 'true' };
  return new Promise((resolve) => {
    execFile(path, args, { cwd: root, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const reason = error !== null && !stdout && !stderr ? error.message : '';
      resolve({ name, ok: error === null, output: stdout + stderr + reason, ms: performance.now() - startedAt });
    });
  });
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Wall milliseconds of one run of Node from its start to its end.
 *
 * @param {string[]} args
 * @param {string} cwd
 */
export async function timeRun(args, cwd) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`node ${args.join(' ')} exited with ${code}: ${stderr}`);
  return performance.now() - startedAt;
}

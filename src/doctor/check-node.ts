import type { Finding } from './finding.js';

const least = [20, 19] as const;

/** Whether mscli and the services it makes run on this Node. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > least[0] || (major === least[0] && minor >= least[1])) {
    return { check: 'node', status: 'ok', message: `Node ${version}` };
  }
  const hint = 'install a current Node from https://nodejs.org';
  return { check: 'node', status: 'fail', message: `Node ${version} is older than ${least.join('.')}`, hint };
}

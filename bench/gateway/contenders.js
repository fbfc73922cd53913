import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startGateway } from './gateway.js';
import { hasHaproxy, startHaproxy } from './haproxy.js';
import { hasNginx, startNginxProxy } from './nginx.js';
import { startNode } from './start-program.js';

/** @typedef {import('./start-program.js').Running} Running */
/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {(upstream: Running) => Promise<Running>} start
 * @property {(upstream: Running, nodeArgs: readonly string[], stdout: number) => Promise<Running>} [startTraced] Those of Node's, with arguments for it.
 */

export const OWN = 'mscli gateway';
export const PEER = 'http-proxy';

/** Each in its best usual setting; http-proxy also as it comes, which the targets speak of. */
const peers = [
  { name: PEER, file: 'http-proxy', needs: 'http-proxy' },
  { name: 'http-proxy, kept', file: 'http-proxy-kept', needs: 'http-proxy' },
  { name: 'http-proxy-3', file: 'http-proxy-3', needs: 'http-proxy-3' },
  { name: 'httpxy', file: 'httpxy', needs: 'httpxy' },
  { name: '@fastify/http-proxy', file: 'fastify-http-proxy', needs: '@fastify/http-proxy' },
  { name: 'fast-gateway', file: 'fast-gateway', needs: 'fast-gateway' },
];

/**
 * Who carries a request to the upstream, as far as they are installed.
 *
 * @param {(text: string) => void} say
 * @returns {Contender[]}
 */
export function contenders(say) {
  const installed = peers.filter(({ needs }) => existsSync(packageOf(needs)));
  if (installed.length < peers.length) {
    say('Some peers are not installed: npm ci --ignore-scripts --prefix bench/gateway/peers');
  }
  for (const [name, isThere] of [
    ['nginx', hasNginx],
    ['haproxy', hasHaproxy],
  ]) {
    if (!isThere) say(`${name} is not installed (Debian: apt-get install nginx-light haproxy): it is left out.`);
  }
  return [
    {
      name: OWN,
      start: startGateway,
      startTraced: (upstream, nodeArgs, stdout) => startGateway(upstream, { nodeArgs, stdout }),
    },
    ...installed.map(({ name, file }) => nodePeer(name, file)),
    ...(hasNginx ? [{ name: 'nginx', start: startNginxProxy }] : []),
    ...(hasHaproxy ? [{ name: 'haproxy', start: startHaproxy }] : []),
    { name: 'no proxy', start: async (upstream) => ({ ...upstream, stop: async () => {} }) },
  ];
}

/** Versions of the peers that are installed. */
export function peerVersions() {
  const names = [...new Set(peers.map(({ needs }) => needs))].filter((name) => existsSync(packageOf(name)));
  return Object.fromEntries(names.map((name) => [name, JSON.parse(readFileSync(packageOf(name), 'utf8')).version]));
}

/**
 * @param {string} name
 * @param {string} file
 * @returns {Contender}
 */
function nodePeer(name, file) {
  const program = fileURLToPath(new URL(`peers/${file}.js`, import.meta.url));
  const start = (
    /** @type {Running} */ { port },
    /** @type {readonly string[]} */ nodeArgs = [],
    stdout = /** @type {'ignore' | number} */ ('ignore'),
  ) => startNode('proxy', ['--no-deprecation', ...nodeArgs, program, String(port)], { stdout });
  return { name, start: (upstream) => start(upstream), startTraced: start };
}

/** @param {string} name */
function packageOf(name) {
  return new URL(`peers/node_modules/${name}/package.json`, import.meta.url);
}

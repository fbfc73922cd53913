import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * Gives every port of a mscli.yaml that is taken on this machine a free one; resolves to the gateway's.
 *
 * @param {string} file
 */
export async function moveTakenPorts(file) {
  const text = readFileSync(file, 'utf8');
  /** @type {number[]} */
  const ports = [];
  for (const [, port] of text.matchAll(/port: (\d+)/g)) ports.push(await freePort(Number(port)));
  let next = 0;
  writeFileSync(
    file,
    text.replace(/port: \d+/g, () => `port: ${ports[next++]}`),
  );
  return ports[0];
}

/** @param {number} wanted @returns {Promise<number>} */
function freePort(wanted) {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(freePort(0)));
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

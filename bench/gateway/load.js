import { connect } from 'node:net';

/**
 * Keeps `connections` connections busy, one request at a time on each, for so many seconds.
 *
 * @param {{ port: number, method: string, path: string, body: number, connections: number, seconds: number }} options
 */
export async function load({ port, method, path, body, connections, seconds }) {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    ...(body > 0 ? [`Content-Length: ${body}`] : []),
    '',
    '',
  ];
  const request = Buffer.concat([Buffer.from(head.join('\r\n')), Buffer.alloc(body, 'x')]);
  /** @type {number[]} */
  const delays = [];
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  await Promise.all(Array.from({ length: connections }, () => keepBusy(port, request, delays, until)));
  const tookSeconds = (performance.now() - startedAt) / 1000;
  const sorted = Float64Array.from(delays).sort();
  const percentile = (/** @type {number} */ share) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { requests: delays.length, tookSeconds, p50: percentile(0.5), p99: percentile(0.99) };
}

/**
 * @param {number} port
 * @param {Buffer} request
 * @param {number[]} delays
 * @param {number} until
 * @returns {Promise<void>}
 */
function keepBusy(port, request, delays, until) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    let missing = 0;
    const send = () => {
      sentAt = performance.now();
      missing = 0;
      socket.write(request);
    };
    socket.once('connect', send);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    socket.on('data', (chunk) => {
      missing = missing === 0 ? lengthOf(chunk) - chunk.length : missing - chunk.length;
      if (missing > 0) return;
      const now = performance.now();
      delays.push(now - sentAt);
      if (now < until) return send();
      socket.removeAllListeners('close');
      socket.end(() => resolve());
    });
  });
}

/**
 * Of a whole answer whose head, with a Content-Length, is in the first piece.
 *
 * @param {Buffer} chunk
 */
function lengthOf(chunk) {
  const end = chunk.indexOf('\r\n\r\n');
  const head = chunk.toString('latin1', 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  if (end === -1 || length === undefined || !head.startsWith('HTTP/1.1 200 '))
    throw new Error(`unexpected answer: ${head}`);
  return end + 4 + Number(length);
}

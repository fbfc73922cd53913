import { connect } from 'node:net';

/** The load where wrk is not installed: URL, connections, seconds, method, bytes of the body, a bearer token or "-". */
const [url = '', connections, seconds, method, body, token] = process.argv.slice(2);
const { port, pathname } = new URL(url);
const bytes = Number(body);
const head = [
  `${method} ${pathname} HTTP/1.1`,
  'Host: localhost',
  ...(bytes > 0 ? [`Content-Length: ${bytes}`] : []),
  ...(token === '-' ? [] : [`Authorization: Bearer ${token}`]),
];
const request = Buffer.from(`${head.join('\r\n')}\r\n\r\n${'x'.repeat(bytes)}`);
/** @type {number[]} */
const delays = [];
let errors = 0;
const startedAt = performance.now();
const until = startedAt + Number(seconds) * 1000;
await Promise.all(Array.from({ length: Number(connections) }, keepBusy));
const tookSeconds = (performance.now() - startedAt) / 1000;
const sorted = Float64Array.from(delays).sort();
const percentile = (/** @type {number} */ share) => sorted[Math.floor(sorted.length * share)] ?? 0;
const result = { requests: delays.length, tookSeconds, p50: percentile(0.5), p99: percentile(0.99), errors };
console.log(`result ${JSON.stringify(result)}`);

/** @returns {Promise<void>} */
function keepBusy() {
  return new Promise((resolve) => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    let missing = 0;
    const send = () => {
      sentAt = performance.now();
      missing = 0;
      socket.write(request);
    };
    const fail = () => {
      errors += 1;
      socket.destroy();
      resolve();
    };
    socket.once('connect', send).once('error', fail).once('end', fail);
    socket.on('data', (chunk) => {
      missing = missing === 0 ? lengthOf(chunk) - chunk.length : missing - chunk.length;
      if (missing > 0) return;
      if (Number.isNaN(missing)) return fail();
      const now = performance.now();
      delays.push(now - sentAt);
      if (now < until) return send();
      socket.off('end', fail).end(() => resolve());
    });
  });
}

/**
 * Of a whole answer whose head, with a Content-Length, is in the first piece; NaN where it is anything else.
 *
 * @param {Buffer} chunk
 */
function lengthOf(chunk) {
  const end = chunk.indexOf('\r\n\r\n');
  const head = chunk.toString('latin1', 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  return end === -1 || length === undefined || !head.startsWith('HTTP/1.1 200 ')
    ? Number.NaN
    : end + 4 + Number(length);
}

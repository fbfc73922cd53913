import { createServer } from 'node:http';

/** Answers a GET with 1 KB and a POST, once it has read the body, with two bytes. */
const kilobyte = Buffer.alloc(1024, 'x');
const server = createServer((incoming, outgoing) => {
  incoming.resume();
  incoming.once('end', () => {
    const body = incoming.method === 'GET' ? kilobyte : Buffer.from('ok');
    outgoing.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length });
    outgoing.end(body);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.send?.(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
});

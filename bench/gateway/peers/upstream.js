import { createServer } from 'node:http';
import { serve } from './serve.js';

/** The service behind the proxies where nginx is not installed. */
const bodies = new Map([
  ['/bench/1k', Buffer.alloc(1024, 'x')],
  ['/bench/64k', Buffer.alloc(65_536, 'x')],
]);
const server = createServer((incoming, outgoing) => {
  incoming.resume();
  incoming.once('end', () => {
    const body = bodies.get(incoming.url ?? '') ?? Buffer.from('ok');
    outgoing.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length });
    outgoing.end(body);
  });
});
serve(server);

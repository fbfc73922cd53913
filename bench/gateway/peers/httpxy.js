import { createServer } from 'node:http';
import { createProxyServer } from 'httpxy';
import { serve } from './serve.js';

/** It keeps connections by itself. */
const proxy = createProxyServer({ target: `http://127.0.0.1:${process.argv[2]}`, xfwd: true });
serve(createServer((incoming, outgoing) => proxy.web(incoming, outgoing)));

import { createServer } from 'node:http';
import httpProxy from 'http-proxy';
import { serve } from './serve.js';

/** As it comes: its default agent opens a connection for each request. */
const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${process.argv[2]}`, xfwd: true });
serve(createServer((incoming, outgoing) => proxy.web(incoming, outgoing)));

import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy';
import { serve } from './serve.js';

const agent = new Agent({ keepAlive: true });
const proxy = httpProxy.createProxyServer({ target: `http://127.0.0.1:${process.argv[2]}`, agent, xfwd: true });
serve(createServer((incoming, outgoing) => proxy.web(incoming, outgoing)));

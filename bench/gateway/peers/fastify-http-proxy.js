import httpProxy from '@fastify/http-proxy';
import Fastify from 'fastify';
import { serve } from './serve.js';

const fastify = Fastify();
await fastify.register(httpProxy, {
  upstream: `http://127.0.0.1:${process.argv[2]}`,
  prefix: '/bench',
  rewritePrefix: '/bench',
});
await fastify.ready();
serve(fastify.server);

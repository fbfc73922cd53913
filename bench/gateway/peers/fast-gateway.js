import { createServer } from 'node:http';
import gateway from 'fast-gateway';
import restana from 'restana';
import { serve } from './serve.js';

const server = createServer();
const routes = [{ prefix: '/bench', prefixRewrite: '/bench', target: `http://127.0.0.1:${process.argv[2]}` }];
gateway({ server: restana({ server }), routes });
serve(server);

import { jwt, startGateway, token } from './gateway.js';

/** @typedef {{ name: string, start: (upstream: import('./start-program.js').Running) => Promise<import('./start-program.js').Running>, token?: string }} Variant */

const rateLimit = { requests: 1_000_000, per: '1s' };
const concurrency = { limit: 1000 };
const breaker = { windowMs: 10_000, failureRate: 0.5, slowCallRate: 0.5, slowCallMs: 1000 };

/** The gateway with more and more to do for a request. The first has what every one of them has: discovery, breaker, access log. @type {Variant[]} */
export const variants = [
  { name: 'as it comes', start: startGateway },
  { name: 'hardly a log', start: (upstream) => startGateway(upstream, { settings: { accessLog: { sample: 0.001 } } }) },
  { name: 'breaker by time', start: (upstream) => startGateway(upstream, { breaker }) },
  { name: 'rate limit', start: (upstream) => startGateway(upstream, { policies: { rateLimit } }) },
  { name: 'JWT', start: (upstream) => startGateway(upstream, { policies: { jwt } }), token },
  { name: 'two workers', start: (upstream) => startGateway(upstream, { settings: { workers: 2 } }) },
  {
    name: 'two workers, rate limit',
    start: (upstream) => startGateway(upstream, { settings: { workers: 2 }, policies: { rateLimit } }),
  },
  {
    name: 'two workers, places',
    start: (upstream) => startGateway(upstream, { settings: { workers: 2 }, policies: { concurrency } }),
  },
  {
    name: 'all of these',
    start: (upstream) => startGateway(upstream, { breaker, policies: { jwt, rateLimit } }),
    token,
  },
];

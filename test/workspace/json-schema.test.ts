// biome-ignore-all lint/suspicious/noTemplateCurlyInString: mscli.yaml writes its variables so
import { expect, test } from 'vitest';
import * as z from 'zod';
import { configJsonSchema } from '../../src/workspace/json-schema.js';

const schema = z.fromJSONSchema(configJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);

test.each([
  { name: 'shop' },
  { name: 'shop', broker: 'amqps://broker.example', gateway: { port: 8080, routes: [{ path: '/a', service: 'a' }] } },
  { name: 'shop', services: { a: { path: 'services/a', port: 3001, instances: 2, env: { A: 1 } } } },
  {
    name: 'shop',
    services: { a: { path: 'a', port: 1, breaker: { window: '30s', failureRate: false, open: '${A}' } } },
  },
  { name: '${NAME}', gateway: { port: '${PORT:-8080}' }, services: { a: { command: 'x', port: '${A}' } } },
  {
    name: 'shop',
    gateway: {
      routes: [
        {
          path: '/a',
          service: 'a',
          rateLimit: { requests: 5 },
          balance: 'cookie:s',
          cors: { origins: ['https://a.example'] },
        },
      ],
    },
  },
])('takes %j', (config) => {
  expect(schema.safeParse(config).success).toBe(true);
});

test.each([
  {},
  { name: 'Shop' },
  { name: 'shop', brokr: 'auto' },
  { name: 'shop', gateway: { port: 'eighty' } },
  { name: 'shop', services: { a: { path: 'a' } } },
  { name: 'shop', services: { a: { path: 'a', port: 1, breaker: { failureRate: 50 } } } },
  { name: 'shop', gateway: { routes: [{ path: '/a', service: 'a', rateLimit: { per: '1m' } }] } },
  { name: 'shop', gateway: { routes: [{ path: '/a', service: 'a', timeouts: { total: 'soon' } }] } },
  { name: 'shop', gateway: { routes: [{ path: '/a', service: 'a', rateLimt: { requests: 5 } }] } },
])('refuses %j', (config) => {
  expect(schema.safeParse(config).success).toBe(false);
});

test('describes every key, so that an editor can show it', () => {
  const keys = configJsonSchema() as { properties: Record<string, { description?: string }> };
  expect(Object.keys(keys.properties)).toEqual(['name', 'broker', 'gateway', 'services']);
  for (const [key, { description }] of Object.entries(keys.properties)) expect(description, key).toMatch(/\.$/);
});

test('describes every policy of a route too', () => {
  const { routes } = (configJsonSchema() as { properties: { gateway: { properties: Record<string, unknown> } } })
    .properties.gateway.properties as { routes: { items: { properties: Record<string, { description?: string }> } } };
  for (const [key, { description }] of Object.entries(routes.items.properties)) expect(description, key).toMatch(/\.$/);
});

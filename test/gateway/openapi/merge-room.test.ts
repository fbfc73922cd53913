import { expect, it } from 'vitest';
import type { Json } from '../../../src/gateway/openapi/merge/json.js';
import { at, type GivenRoute, merged } from './merge-setup.js';

const route = { path: '/', service: 'a-service' };
const get = (content: string): Json =>
  JSON.parse(
    `{"openapi":"3.1.0","paths":{"/a":{"get":{"responses":{"200":{"description":"","content":{"a/b":${content}}}}}}}}`,
  );

async function reasonFor(document: Json, routes: readonly GivenRoute[] = [route]): Promise<Json | undefined> {
  return at(await merged([{ service: 'a-service', document }], routes), 'x-mscli-missing', '0', 'reason');
}

it('takes no document that is nested too deep to be walked, be it in an example', async () => {
  const levels = 100_000;
  const reason = 'its document is nested more than 256 levels deep';
  expect(await reasonFor(get(`{"example":${'['.repeat(levels)}${']'.repeat(levels)}}`))).toBe(reason);
  expect(await reasonFor(get(`{"schema":${'{"not":'.repeat(levels)}{}${'}'.repeat(levels)}}`))).toBe(reason);
});

it('takes no document that copies itself by references into its midst', async () => {
  let inner: Json = { description: 'x'.repeat(500_000) };
  const references: Json[] = [];
  for (let level = 0; level < 100; level++) {
    inner = { not: inner };
    references.push({ $ref: `#/x-a${'/not'.repeat(level)}` });
  }
  const document = get(JSON.stringify({ schema: { oneOf: references } })) as { [key: string]: Json };
  expect(await reasonFor({ ...document, 'x-a': inner })).toBe('it would take more than 16 MB here');
});

it('takes no document of whose paths each route makes too many', async () => {
  const paths = Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`/a/${n}`, { get: { responses: {} } }]));
  const routes = Array.from({ length: 20 }, (_, n) => ({ path: `/r${n}`, service: 'a-service', stripPrefix: true }));
  const document = { openapi: '3.1.0', paths };
  expect(await reasonFor(document, routes)).toBe('it would take more than 16 MB here');
  expect(await reasonFor(document, routes.slice(0, 2))).toBeUndefined();
});

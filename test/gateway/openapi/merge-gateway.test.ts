import { expect, it } from 'vitest';
import { aDocument, at, merged, ok } from './merge-setup.js';

const jwt = { jwks: 'auth-service/keys', issuer: 'i', audience: 'a' };
const answers = ['200', '502', '503', '504'];

async function operationOn(policies: object, operation: object = {}, more: object = {}) {
  const document = await merged({ 'a-service': aDocument({ '/a': { post: { ...ok, ...operation } } }, more) }, [
    { path: '/a', service: 'a-service', policies },
  ]);
  const found = at(document, 'paths', '/a', 'post') as { responses: object; security?: object[] };
  return { statuses: Object.keys(found.responses), security: found.security, found, document };
}

it('tells of the gateway’s own answers by the route’s policies', async () => {
  const body = { requestBody: { content: { 'text/plain': {} } } };
  expect((await operationOn({})).statuses).toEqual(answers);
  expect((await operationOn({ rateLimit: { requests: 1 } })).statuses).toEqual(['200', '429', '502', '503', '504']);
  expect((await operationOn({ maxBody: '1kb' })).statuses).toEqual(answers);
  expect((await operationOn({ maxBody: '1kb' }, body)).statuses).toEqual(['200', '413', '502', '503', '504']);
  const own = { responses: { 200: { description: 'OK' }, 503: { description: 'Closed on Sundays' } } };
  expect((await operationOn({}, own)).found.responses).toMatchObject(own.responses);
});

it('asks for the gateway’s token besides what the service asks for', async () => {
  const basic = { basic: [] };
  const components = { securitySchemes: { basic: { type: 'http', scheme: 'basic' } } };
  const both = { 'a-service.basic': [], 'gateway.token': [] };
  const { security, statuses, document } = await operationOn({ jwt }, { security: [basic] }, { components });
  expect(security).toEqual([both]);
  expect(statuses).toContain('401');
  expect(at(document, 'components', 'securitySchemes')).toMatchObject({
    'gateway.token': { type: 'http', scheme: 'bearer' },
    'a-service.basic': { scheme: 'basic' },
  });
  expect(at((await operationOn({})).document, 'components')).not.toHaveProperty('securitySchemes');
  expect((await operationOn({ jwt })).security).toEqual([{ 'gateway.token': [] }]);
  expect((await operationOn({ jwt: { ...jwt, optional: true } })).security).toEqual([{ 'gateway.token': [] }, {}]);
  const global = { components, security: [basic] };
  expect((await operationOn({ jwt }, {}, global)).security).toEqual([both]);
  expect((await operationOn({}, {}, global)).security).toEqual([{ 'a-service.basic': [] }]);
  expect((await operationOn({ jwt }, { security: [] }, global)).security).toEqual([{ 'gateway.token': [] }]);
});

it('names the services that are missing, and goes on with the others', async () => {
  const document = await merged(
    [
      { service: 'a-service', document: aDocument({ '/a': { get: ok } }) as never },
      { service: 'b-service', missing: 'it did not answer in time' },
      { service: 'c-service', document: { swagger: '2.0' } },
      { service: 'd-service', document: null },
    ],
    ['a', 'b', 'c', 'd'].map((name) => ({ path: `/${name}`, service: `${name}-service` })),
  );
  expect(Object.keys(at(document, 'paths') as object)).toEqual(['/a']);
  expect(document['x-mscli-missing']).toEqual([
    { service: 'b-service', reason: 'it did not answer in time' },
    { service: 'c-service', reason: 'its document is not OpenAPI 3' },
    { service: 'd-service', reason: 'its document is not OpenAPI 3' },
  ]);
  expect(at(document, 'info', 'description')).toContain('- b-service: it did not answer in time');
});

import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { type App, defineService, type HttpReply, z } from '../../../src/index.js';
import { testService } from '../../../src/testing/index.js';

interface Document {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes?: unknown };
}
interface Operation {
  operationId: string;
  summary?: string;
  parameters?: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, { description?: string; content?: object }>;
  security?: object[];
}

async function documentOf(routes: (app: App) => void): Promise<Document> {
  await using app = await testService(defineService({ name: 'order-service', routes }));
  const reply = await app.inject('/openapi.json');
  expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
  const document = reply.json();
  const { valid, errors } = await new Validator().validate(reply.json());
  expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
  return document;
}

const order = z.object({ id: z.uuid(), quantity: z.int().min(1).describe('How many.') }).meta({ id: 'Order' });
const tree = z.object({
  name: z.string(),
  get children() {
    return z.array(tree);
  },
});

test('describes the routes by their schemas, in a valid document', async () => {
  const { openapi, info, paths, components } = await documentOf((app) => {
    app.get('/orders', { schema: { querystring: z.object({ state: z.string().optional() }) } }, () => []);
    app.get('/orders/:id', { schema: { params: z.object({ id: z.uuid() }), response: { 200: order } } }, () => ({
      id: crypto.randomUUID(),
      quantity: 1,
    }));
    app.post('/orders', { schema: { summary: 'places an order', body: order, response: { 201: order } } }, () => ({
      id: crypto.randomUUID(),
      quantity: 1,
    }));
    app.delete('/orders/:id', { schema: { response: { 204: z.undefined() } } }, () => undefined);
    app.put('/trees', { schema: { body: tree.optional() } }, () => ({}));
    app.get('/internal', { schema: { hide: true } }, () => ({}));
  });
  expect(openapi).toBe('3.1.0');
  expect(info).toEqual({ title: 'order-service', version: '0.0.0' });
  expect(Object.keys(paths)).toEqual(['/orders', '/orders/{id}', '/trees']);
  expect(paths['/orders']?.get).toMatchObject({
    operationId: 'getOrders',
    parameters: [{ name: 'state', in: 'query', required: false, schema: { type: 'string' } }],
  });
  expect(paths['/orders/{id}']?.get).toMatchObject({
    operationId: 'getOrdersById',
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
    responses: {
      200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } } },
      default: { $ref: '#/components/responses/Problem' },
    },
  });
  expect(paths['/orders']?.post).toMatchObject({
    summary: 'places an order',
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Order' } } },
    },
  });
  expect(paths['/orders/{id}']?.delete?.responses[204]).toEqual({ description: 'No Content' });
  expect(paths['/trees']?.put?.requestBody?.required).toBe(false);
  expect(components.schemas.Order).toEqual({
    type: 'object',
    properties: {
      id: { type: 'string', format: 'uuid' },
      quantity: { type: 'integer', minimum: 1, description: 'How many.' },
    },
    required: ['id', 'quantity'],
  });
  expect(paths['/trees']?.put?.requestBody?.content['application/json']).toEqual({
    schema: { $ref: '#/components/schemas/putTreesBody0' },
  });
  expect(components.schemas.putTreesBody0).toMatchObject({
    properties: { children: { items: { $ref: '#/components/schemas/putTreesBody0' } } },
  });
});

test('describes routes without schemas, and those of plugins', async () => {
  const { paths } = await documentOf((app) => {
    app.get('/posts/:id?', () => ({}));
    app.register(async (plugin) => void plugin.get('/late', () => ({})), { prefix: '/plugin' });
  });
  expect(Object.keys(paths).toSorted()).toEqual(['/plugin/late', '/posts', '/posts/{id}']);
  expect(paths['/posts/{id}']?.get).toEqual({
    operationId: 'getPostsById',
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
    responses: { '2XX': { description: 'Success' }, default: { $ref: '#/components/responses/Problem' } },
  });
});

test('leaves a service its own document', async () => {
  const routes = (app: App) => {
    app.get('/openapi.json', (_request, reply: HttpReply) => reply.send({ own: true }));
  };
  await using app = await testService(defineService({ name: 'order-service', routes }));
  expect((await app.inject('/openapi.json')).json()).toEqual({ own: true });
});

test('says which routes want a bearer token', async () => {
  const { paths, components } = await documentOf((app) => {
    app.get('/mine', { schema: { security: 'bearer' } }, () => []);
    app.get('/everyones', () => []);
  });
  expect(components.securitySchemes).toEqual({ bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } });
  expect([paths['/mine']?.get?.security, paths['/everyones']?.get?.security]).toEqual([[{ bearer: [] }], undefined]);
});

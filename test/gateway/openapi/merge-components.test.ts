import { expect, it } from 'vitest';
import { aDocument, answering, at, merged, ok } from './merge-setup.js';

const everything = [{ path: '/', service: 'a-service' }];
const schema = ['get', 'responses', '200', 'content', 'application/json', 'schema'];

it('keeps two services’ schemas of the same name apart, and leaves out what nothing refers to', async () => {
  const order = { type: 'object', properties: { line: { $ref: '#/components/schemas/Line' } } };
  const schemas = { Order: order, Line: { type: 'string' }, Internal: { type: 'number' } };
  const document = await merged(
    {
      'a-service': aDocument(
        { '/a': { get: answering({ $ref: '#/components/schemas/Order' }) } },
        { components: { schemas } },
      ),
      'b-service': aDocument(
        { '/b': { get: answering({ $ref: '#/components/schemas/Order' }) } },
        { components: { schemas: { Order: { type: 'integer' } } } },
      ),
    },
    [
      { path: '/a', service: 'a-service' },
      { path: '/b', service: 'b-service' },
    ],
  );
  expect(at(document, 'paths', '/a', ...schema)).toEqual({ $ref: '#/components/schemas/a-service.Order' });
  expect(Object.keys(at(document, 'components', 'schemas') as object).toSorted()).toEqual([
    'a-service.Line',
    'a-service.Order',
    'b-service.Order',
    'gateway.Problem',
  ]);
  expect(at(document, 'components', 'schemas', 'b-service.Order')).toEqual({ type: 'integer' });
});

it('follows references that point into a component, at a path, or back at themselves', async () => {
  const tree = {
    type: 'object',
    properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
  };
  const document = await merged(
    {
      'a-service': aDocument(
        {
          '/tree': { get: answering({ $ref: '#/components/schemas/Tree' }) },
          '/part': { get: answering({ $ref: '#/components/schemas/Tree/properties/children' }) },
          '/same': {
            get: answering({ $ref: '#/paths/~1part/get/responses/200/content/application~1json/schema' }),
            parameters: [{ $ref: '#/components/parameters/Page' }],
          },
          '/named': { $ref: '#/components/pathItems/Named' },
        },
        {
          components: {
            schemas: { Tree: tree },
            parameters: { Page: { name: 'page', in: 'query', schema: { $ref: '#/components/schemas/Tree' } } },
            pathItems: { Named: { get: ok } },
          },
        },
      ),
    },
    everything,
  );
  expect(at(document, 'paths', '/part', ...schema)).toEqual({
    $ref: '#/components/schemas/a-service.Tree/properties/children',
  });
  expect(at(document, 'paths', '/same', ...schema)).toEqual({ $ref: '#/components/schemas/a-service.part1' });
  expect(at(document, 'components', 'schemas', 'a-service.part1')).toEqual({
    $ref: '#/components/schemas/a-service.Tree/properties/children',
  });
  expect(at(document, 'paths', '/named', 'get', 'tags')).toEqual(['a-service']);
});

it('keeps discriminators working, with a mapping or without, by choice or by heritage', async () => {
  const cat = { type: 'object', properties: { kind: { type: 'string' } } };
  const schemas = {
    Cat: cat,
    Dog: cat,
    Chosen: {
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
      discriminator: { propertyName: 'kind', mapping: { feline: 'Cat' } },
    },
    Pet: { ...cat, discriminator: { propertyName: 'kind' } },
    Bird: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: 'object' }] },
  };
  const document = await merged(
    {
      'a-service': aDocument(
        {
          '/chosen': { get: answering({ $ref: '#/components/schemas/Chosen' }) },
          '/pet': { get: answering({ $ref: '#/components/schemas/Pet' }) },
        },
        { components: { schemas } },
      ),
    },
    everything,
  );
  expect(at(document, 'components', 'schemas', 'a-service.Chosen', 'discriminator', 'mapping')).toEqual({
    feline: '#/components/schemas/a-service.Cat',
    Dog: '#/components/schemas/a-service.Dog',
  });
  expect(at(document, 'components', 'schemas', 'a-service.Pet', 'discriminator', 'mapping')).toEqual({
    Bird: '#/components/schemas/a-service.Bird',
  });
  expect(at(document, 'components', 'schemas', 'a-service.Bird', 'allOf', '0')).toEqual({
    $ref: '#/components/schemas/a-service.Pet',
  });
});

it('says in 3.1 what a document of 3.0 says', async () => {
  const document = await merged(
    {
      'a-service': {
        openapi: '3.0.3',
        info: { title: 'A', version: '1' },
        paths: {
          '/x': {
            get: answering({
              type: 'object',
              properties: {
                name: { type: 'string', nullable: true, enum: ['a', 'b'] },
                nullable: { type: 'boolean' },
                count: { type: 'integer', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false },
                other: { $ref: '#/components/schemas/Other', description: 'passed over' },
              },
            }),
          },
        },
        components: { schemas: { Other: { type: 'string' } } },
      },
    },
    everything,
  );
  expect(at(document, 'paths', '/x', ...schema, 'properties')).toEqual({
    name: { type: ['string', 'null'], enum: ['a', 'b', null] },
    nullable: { type: 'boolean' },
    count: { type: 'integer', exclusiveMinimum: 0, maximum: 9 },
    other: { $ref: '#/components/schemas/a-service.Other' },
  });
});

it('groups operations by service, with the service’s own groups below', async () => {
  const document = await merged(
    {
      'a-service': aDocument(
        { '/x': { get: { ...ok, tags: ['Cats'] } }, '/y': { get: ok } },
        { tags: [{ name: 'Cats', description: 'About cats.' }, { name: 'Unused' }] },
      ),
    },
    everything,
  );
  expect(document.tags).toEqual([{ name: 'a-service: Cats', description: 'About cats.' }, { name: 'a-service' }]);
  expect(at(document, 'paths', '/x', 'get', 'tags')).toEqual(['a-service: Cats']);
});

it('gives callbacks’ operations names of their own, and drops links, whose ends may be out of reach', async () => {
  const callbacks = { told: { '{$request.body#/url}': { post: { ...ok, operationId: 'told' } } } };
  const responses = { 200: { description: 'OK', links: { next: { operationId: 'gone' } } } };
  const document = await merged({ 'a-service': aDocument({ '/x': { post: { callbacks, responses } } }) }, everything);
  expect(at(document, 'paths', '/x', 'post', 'callbacks', 'told', '{$request.body#/url}', 'post', 'operationId')).toBe(
    'a-service.told',
  );
  expect(at(document, 'paths', '/x', 'post', 'responses', '200')).toEqual({ description: 'OK' });
});

it('takes names that mean something to JavaScript for names', async () => {
  const text = `{ "openapi": "3.1.0", "info": { "title": "A", "version": "1" },
    "paths": { "/x": { "get": { "responses": { "200": { "description": "OK", "content": { "application/json": { "schema": {
      "properties": { "__proto__": { "$ref": "#/components/schemas/constructor" } },
      "allOf": [{ "$ref": "#/components/__proto__/polluted" }, { "$ref": "#/components/schemas/__proto__" }]
    } } } } } } } },
    "components": { "__proto__": { "polluted": { "type": "string" } },
      "schemas": { "constructor": { "type": "string" }, "__proto__": { "type": "number" } } } }`;
  const document = await merged({ 'a-service': JSON.parse(text) }, everything);
  expect(Object.keys(at(document, 'components', 'schemas') as object).toSorted()).toEqual([
    'a-service.__proto__',
    'a-service.constructor',
    'a-service.part1',
    'gateway.Problem',
  ]);
  expect(({} as Record<string, unknown>)['a-service.polluted']).toBeUndefined();
});

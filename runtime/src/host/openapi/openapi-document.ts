import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { DocumentedRoute } from './documented-route.js';
import { type PathTemplate, pathTemplates } from './path-templates.js';
import { type JsonSchema, SchemaCollector } from './schema-collector.js';

type Schema = NonNullable<DocumentedRoute['schema']>;

/** The OpenAPI 3.1 document of a service: its routes, with what their schemas say. */
export function openApiDocument(
  routes: readonly DocumentedRoute[],
  { title, version }: { title: string; version: string },
): object {
  const schemas = new SchemaCollector();
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    for (const template of pathTemplates(route.url)) {
      paths[template.path] ??= {};
      Object.assign(paths[template.path] as object, {
        [route.method.toLowerCase()]: operation(route, template, schemas),
      });
    }
  }
  return {
    openapi: '3.1.0',
    info: { title, version },
    paths,
    components: {
      schemas: { ...schemas.named, Problem: problem },
      responses: { Problem: problemResponse },
      ...(routes.some(({ schema }) => schema?.security === 'bearer') ? { securitySchemes: { bearer } } : {}),
    },
  };
}

function operation({ method, schema = {} }: DocumentedRoute, template: PathTemplate, schemas: SchemaCollector): object {
  const { summary, description, tags, deprecated, security, operationId = operationIdOf(method, template) } = schema;
  const parameters = [
    ...parametersIn('path', schema.params, template.names, operationId, schemas),
    ...parametersIn('query', schema.querystring, [], operationId, schemas),
    ...parametersIn('header', schema.headers, [], operationId, schemas),
  ];
  return {
    operationId,
    ...(summary === undefined ? {} : { summary }),
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags }),
    ...(deprecated === undefined ? {} : { deprecated }),
    ...(security === undefined ? {} : { security: [{ [security]: [] }] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...requestBody(schema, operationId, schemas),
    responses: { ...responses(schema, operationId, schemas), default: { $ref: '#/components/responses/Problem' } },
  };
}

/** `get` and `/orders/{id}` make `getOrdersById`. */
function operationIdOf(method: string, { path }: PathTemplate): string {
  const words = path
    .replace(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return [method.toLowerCase(), ...words.map((word) => word[0]?.toUpperCase() + word.slice(1))].join('');
}

function parametersIn(
  place: 'path' | 'query' | 'header',
  schema: unknown,
  names: readonly string[],
  operationId: string,
  schemas: SchemaCollector,
): object[] {
  const { properties = {}, required = [] } = propertiesOf(schema, operationId, schemas);
  const all = place === 'path' ? names : Object.keys(properties);
  return all.map((name) => {
    const { description, ...rest } = properties[name] ?? { type: 'string' };
    return {
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function propertiesOf(schema: unknown, operationId: string, schemas: SchemaCollector) {
  if (!(schema instanceof z.ZodType)) return {};
  const json = schemas.add(schema, `${operationId}Parameters`);
  const name = String(json.$ref ?? '').replace('#/components/schemas/', '');
  return (schemas.named[name] ?? json) as { properties?: Record<string, JsonSchema>; required?: string[] };
}

function requestBody({ body }: Schema, operationId: string, schemas: SchemaCollector): object {
  if (!(body instanceof z.ZodType)) return {};
  const content = { 'application/json': { schema: schemas.add(body, `${operationId}Body`) } };
  return { requestBody: { required: !body.safeParse(undefined).success, content } };
}

function responses({ response }: Schema, operationId: string, schemas: SchemaCollector): Record<string, object> {
  const known = Object.entries((response ?? {}) as Record<string, unknown>).filter(([status]) => status !== 'default');
  if (known.length === 0) return { '2XX': { description: 'Success' } };
  return Object.fromEntries(
    known.map(([status, schema]) => {
      const ordinary = STATUS_CODES[status] ?? 'Success';
      const description = schema instanceof z.ZodType ? (schema.description ?? ordinary) : ordinary;
      const isEmpty = !(schema instanceof z.ZodType) || status === '204';
      const json = isEmpty ? undefined : schemas.add(schema, `${operationId}Answer${status}`);
      const content = json && { content: { 'application/json': { schema: json } } };
      return [status.toUpperCase(), { description, ...content }];
    }),
  );
}

const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' };

/** What `answerErrors` sends. */
const problem: JsonSchema = {
  type: 'object',
  description: 'Why a request was not served (RFC 9457).',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { in: { type: 'string' }, field: { type: 'string' }, detail: { type: 'string' } },
        required: ['field', 'detail'],
      },
    },
    traceId: { type: 'string' },
  },
  required: ['type', 'title', 'status'],
};

const problemResponse = {
  description: 'The request was not served.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

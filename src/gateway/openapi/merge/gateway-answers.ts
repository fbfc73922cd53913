import type { RoutePolicies } from '../../policies/settings/route-policies.js';
import { isMap, type JsonMap } from './json.js';

const TOKEN = 'gateway.token';

const descriptions: Readonly<Record<string, string>> = {
  401: 'There is no valid token.',
  413: 'The body is too large.',
  429: 'There were too many requests; Retry-After says when to come back.',
  502: 'The service failed.',
  503: 'Nothing serves this for now; Retry-After may say when to come back.',
  504: 'The service took too long.',
};

/** What the gateway may answer in place of the service, and what it asks for. */
export function withGatewayAnswers(operation: JsonMap, policies: RoutePolicies): JsonMap {
  const { jwt } = policies;
  const statuses = statusesOf(policies).filter((status) => status !== '413' || 'requestBody' in operation);
  const own = isMap(operation.responses) ? operation.responses : {};
  const answers = statuses.map((status) => [status, { $ref: `#/components/responses/gateway.${status}` }]);
  const guarded = jwt === undefined ? {} : { security: withToken(operation.security, jwt.optional) };
  return { ...operation, ...guarded, responses: { ...Object.fromEntries(answers), ...own } };
}

function statusesOf({ jwt, maxBody, rateLimit }: RoutePolicies): string[] {
  return [
    ...(jwt === undefined ? [] : ['401']),
    ...(maxBody === undefined ? [] : ['413']),
    ...(rateLimit === undefined ? [] : ['429']),
    ...['502', '503', '504'],
  ];
}

/** Each way that the service itself accepts needs the gateway's token besides; without a token only where that is optional. */
function withToken(security: unknown, isOptional: boolean): JsonMap[] {
  const ways: JsonMap[] = Array.isArray(security) && security.length > 0 ? security.filter(isMap) : [{}];
  const withIt = ways.map((way) => ({ ...way, [TOKEN]: [] }));
  return isOptional ? [...withIt, ...ways] : withIt;
}

/** The components that these refer to on routes with such policies. */
export function gatewayComponents(policies: readonly RoutePolicies[]): Record<string, JsonMap> {
  const statuses = [...new Set(policies.flatMap(statusesOf))].sort();
  const isGuarded = policies.some(({ jwt }) => jwt !== undefined);
  return {
    schemas: { 'gateway.Problem': problem },
    responses: Object.fromEntries(
      statuses.map((status) => [`gateway.${status}`, answer(descriptions[status] ?? 'The gateway answered.')]),
    ),
    ...(isGuarded ? { securitySchemes: { [TOKEN]: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } } : {}),
  };
}

const problem: JsonMap = {
  type: 'object',
  description: 'Why the gateway did not pass a request on (RFC 9457).',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string', format: 'uri' },
  },
  required: ['type', 'title', 'status'],
};

function answer(description: string): JsonMap {
  const schema = { $ref: '#/components/schemas/gateway.Problem' };
  return { description, content: { 'application/problem+json': { schema } } };
}

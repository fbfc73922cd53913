import * as z from 'zod';
import { checkConflicts, policyKeys } from '../gateway/policies/settings/route-policies.js';
import { gatewayKeys } from '../gateway/settings/gateway-settings.js';
import { breakerSchema } from './breaker-schema.js';

const label = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const reserved = ['gateway', 'broker', 'supervisor'];

const port = z
  .int({ error: 'must be a whole number from 1 to 65535' })
  .min(1, { error: 'must be a whole number from 1 to 65535' })
  .max(65535, { error: 'must be a whole number from 1 to 65535' });

const urlPath = z
  .string({ error: 'must be a path such as /orders' })
  .regex(/^(?:\/|(?:\/[\w.~!$&'()*+,;=:@%-]+)+\/?)$/, {
    error: 'must be a path such as /orders, without query or spaces',
  })
  .refine((path) => !path.split('/').some((segment) => segment === '.' || segment === '..'), {
    error: 'must be a path without . or .. segments',
  });

const prefix = urlPath.refine((path) => !/\/\*+\/?$/.test(path), {
  error: ({ input }) => `matches by prefix already: write ${String(input).replace(/\/\*+\/?$/, '') || '/'}`,
});

const folder = z
  .string({ error: 'must be a folder inside the workspace' })
  .min(1, { error: 'must be a folder inside the workspace' })
  .refine((path) => !/^(?:[/\\]|[a-zA-Z]:)/.test(path) && !path.split(/[/\\]/).includes('..'), {
    error: 'must be a folder inside the workspace, relative to mscli.yaml',
  });

const brokerForm = 'must be auto, docker, embedded or an amqp:// or amqps:// URL';
const broker = z
  .union([z.enum(['auto', 'docker', 'embedded']), z.string().regex(/^amqps?:\/\/[^\s/]+/, { error: brokerForm })], {
    error: brokerForm,
  })
  .describe('Which broker runs: auto looks for Docker and falls back to the embedded one.');

const route = z
  .strictObject(
    {
      path: prefix.describe('Path prefix, matched on segment boundaries; the longest prefix wins.'),
      service: z.string({ error: 'must be the name of a service' }).describe('The service that answers.'),
      stripPrefix: z
        .boolean({ error: 'must be true or false' })
        .default(false)
        .describe('Take the prefix off before forwarding. By default the service sees the whole path.'),
      ...policyKeys,
    },
    { error: objectError('must be a route with path and service') },
  )
  .check(checkConflicts);

const service = z
  .strictObject(
    {
      path: folder
        .optional()
        .describe('Folder of a service made by mscli. With `command`: the folder in which the command runs.'),
      command: z
        .string({ error: 'must be a command line' })
        .min(1, { error: 'must be a command line' })
        .optional()
        .describe('Command line of a service in any language. It gets PORT and listens there.'),
      port: port.describe('Port of the first instance; instance n listens on port + n - 1.'),
      instances: z
        .int({ error: 'must be a whole number from 1 to 100' })
        .min(1, { error: 'must be a whole number from 1 to 100' })
        .max(100, { error: 'must be a whole number from 1 to 100' })
        .default(1)
        .describe('How many processes run.'),
      dependsOn: z
        .array(z.string({ error: 'must be the name of a service' }), { error: 'must be a list of service names' })
        .default([])
        .describe('Services that must be healthy before this one starts.'),
      env: z
        .record(
          z.string().regex(/^[A-Za-z_]\w*$/, { error: 'must be the name of an environment variable' }),
          z.union([z.string(), z.number(), z.boolean()], { error: 'must be a string' }),
          { error: 'must be a map of environment variables' },
        )
        .default({})
        .describe('Environment variables of the service.'),
      health: urlPath.default('/health/ready').describe('Path that answers 2xx when the service is ready.'),
      watch: z
        .array(folder, { error: 'must be a list of paths' })
        .optional()
        .describe('Files and folders, relative to the path of the service, whose changes restart it.'),
      breaker: breakerSchema.optional(),
    },
    { error: objectError('must be a service with path or command, and port') },
  )
  .refine(({ path, command }) => path !== undefined || command !== undefined, {
    error: 'needs a path (a service made by mscli) or a command (any other)',
  })
  .meta({ anyOf: [{ required: ['path'] }, { required: ['command'] }] });

/** `mscli.yaml`: the one source of its validation, its types and its JSON Schema. */
export const configSchema = z.strictObject(
  {
    name: z
      .string({ error: 'must be a name such as shop' })
      .regex(label, { error: 'must be lowercase letters, digits and dashes, at most 63, beginning with a letter' })
      .describe('Name of the workspace.'),
    broker: broker.default('auto'),
    gateway: z
      .strictObject(
        {
          port: port.default(8080).describe('Port of the gateway.'),
          ...gatewayKeys,
          routes: z.array(route, { error: 'must be a list of routes' }).default([]),
        },
        { error: objectError('must be a map with port and routes') },
      )
      .default({ port: 8080, routes: [] })
      .describe('The single entry point.'),
    services: z
      .record(
        z
          .string()
          .regex(label, { error: 'must be lowercase letters, digits and dashes, at most 63, beginning with a letter' })
          .refine((name) => !reserved.includes(name), {
            error: 'is the name of a part of mscli; choose another, such as one that ends in -service',
          }),
        service,
        { error: objectError('must be a map of services') },
      )
      .default({})
      .describe('The services, by name.'),
  },
  { error: objectError('must be a map with name, broker, gateway and services') },
);

function objectError(message: string) {
  return (issue: { code?: string }) => (issue.code === 'unrecognized_keys' ? undefined : message);
}

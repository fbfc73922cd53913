import * as z from 'zod';
import { count, duration, fieldName, fieldValue, keyedBy, list, mapError, size } from './values.js';

const balanceForms = ['round-robin', 'least-outstanding', 'two-choices', 'ip', 'header:<name>', 'cookie:<name>'];
const balanceForm = `must be ${list(balanceForms)}`;

export const balance = z
  .string({ error: balanceForm })
  .regex(/^(?:round-robin|least-outstanding|two-choices|ip|(?:header|cookie):[\w!#$%&'*+.^`|~-]{1,128})$/, {
    error: balanceForm,
  });

export const outliers = z.strictObject(
  {
    failures: count(1, 1000).default(5).describe('How many failures in a row make an instance an outlier.'),
    for: duration
      .default('10s')
      .describe('How long it is skipped at first; each further time twice as long, up to ten times.'),
  },
  { error: mapError('must be a map with failures and for') },
);

export const timeouts = z.strictObject(
  {
    connect: duration.optional().describe('Until a connection to the service is there.'),
    firstByte: duration
      .optional()
      .describe('From the request, or the last moved part of its body, to the head of the answer. Default 30s.'),
    idle: duration.optional().describe('Without a byte of the answer or a WebSocket moving. Default 5m.'),
    total: duration.optional().describe('From the head of the request to the last byte of the answer.'),
  },
  { error: mapError('must be a map with connect, firstByte, idle and total') },
);

export const retries = z.strictObject(
  {
    attempts: count(1, 5).default(1).describe('How often a request is repeated at most.'),
    on: z
      .array(z.literal([500, 502, 503, 504], { error: 'must be one of 500, 502, 503 and 504' }), {
        error: 'must be a list of statuses',
      })
      .default([502, 503, 504])
      .describe('The statuses after which a request is repeated that may be repeated.'),
  },
  { error: mapError('must be a map with attempts and on') },
);

export const concurrency = z.strictObject(
  {
    limit: count(1, 100_000).describe('How many requests may be running at once.'),
    queue: count(0, 100_000).default(0).describe('How many more may wait for their turn.'),
    wait: duration.default('1s').describe('How long they wait at most.'),
  },
  { error: mapError('must be a map with limit') },
);

export const canary = z
  .strictObject(
    {
      service: z.string({ error: 'must be the name of a service' }).describe('The service that is tried out.'),
      percent: z
        .number({ error: 'must be a number from 0 to 100' })
        .min(0, { error: 'must be a number from 0 to 100' })
        .max(100, { error: 'must be a number from 0 to 100' })
        .default(0)
        .describe('How many of a hundred requests it gets.'),
      by: keyedBy('ip', 'header', 'cookie')
        .optional()
        .describe('Whose requests stay together: ip, header:<name> or cookie:<name>. Default: each request alone.'),
      header: z
        .strictObject(
          { name: fieldName, value: fieldValue.optional().describe('Default: any value.') },
          { error: mapError('must be a map with name and value') },
        )
        .optional()
        .describe('Requests with this field always go there.'),
    },
    { error: mapError('must be a map with service and percent') },
  )
  .refine(({ percent, header }) => percent > 0 || header !== undefined, {
    error: 'never takes effect: it needs a percent above 0 or a header',
  });

export const mirror = z.strictObject(
  {
    service: z
      .string({ error: 'must be the name of a service' })
      .describe('The service that gets the same requests; nobody sees its answers.'),
    percent: z
      .number({ error: 'must be a number above 0, up to 100' })
      .gt(0, { error: 'must be a number above 0, up to 100' })
      .max(100, { error: 'must be a number above 0, up to 100' })
      .default(100)
      .describe('How many of a hundred requests it gets.'),
    maxBody: size.default('64kb').describe('Requests with a larger body are not mirrored.'),
    concurrency: count(1, 1000).default(32).describe('How many run at once; beyond, requests are not mirrored.'),
    timeout: duration.default('5s').describe('How long one may take.'),
  },
  { error: mapError('must be a map with service and percent') },
);

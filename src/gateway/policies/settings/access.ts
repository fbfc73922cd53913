import * as z from 'zod';
import { count, duration, fieldName, flag, keyedBy, mapError } from './values.js';

const originForm = 'must be * or an origin such as https://shop.example, in lower case and without a path';
const methodForm = 'must be a method such as GET';

export const cors = z
  .strictObject(
    {
      origins: z
        .array(
          z.string({ error: originForm }).regex(/^(?:\*|https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?)$/, {
            error: originForm,
          }),
          { error: 'must be a list of origins' },
        )
        .min(1, { error: 'must name at least one origin' })
        .describe('Whose pages may call this route: exact origins, or * for all of them.'),
      methods: z
        .array(z.string({ error: methodForm }).regex(/^[A-Z]{1,20}$/, { error: methodForm }))
        .default(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
        .describe('The methods that they may use.'),
      headers: z
        .array(fieldName)
        .default(['content-type', 'authorization', 'idempotency-key'])
        .describe('The header fields that they may send.'),
      expose: z
        .array(fieldName)
        .default(['x-request-id', 'retry-after'])
        .describe('The header fields of answers that they may read.'),
      credentials: flag.default(false).describe('Whether cookies and authorization go along; never with the origin *.'),
      maxAge: duration.default('10m').describe('How long browsers remember a preflight.'),
    },
    { error: mapError('must be a map with origins') },
  )
  .refine(({ origins, credentials }) => !(credentials && origins.includes('*')), {
    error: 'must name its origins where credentials are allowed: with * any page could act as the user',
    path: ['origins'],
  });

const jwksForm = 'must be an https:// URL, or a service and a path such as auth-service/.well-known/jwks.json';
const claimForm = 'must be the name of a claim: letters, digits, _ and -';
const claim = z.string({ error: claimForm }).regex(/^[A-Za-z][\w-]{0,63}$/, { error: claimForm });
const text = z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' });

/** The signatures that a public key verifies. */
export const asymmetricAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA'],
] as const;

export const jwt = z
  .strictObject(
    {
      jwks: z
        .string({ error: jwksForm })
        .regex(
          /^(?:https:\/\/[^\s/?#@]+(?:[/?][^\s#]*)?|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?\/[^\s#]*|[a-z][a-z0-9-]*\/[^\s?#]+)$/,
          {
            error: jwksForm,
          },
        )
        .optional()
        .describe('Where the public keys are: a URL, or a service and the path there.'),
      secret: z
        .string({ error: 'must be the name of an environment variable' })
        .regex(/^[A-Za-z_]\w*$/, { error: 'must be the name of an environment variable, never the secret itself' })
        .optional()
        .describe('In place of jwks: the environment variable of the gateway that holds a shared secret (HS256).'),
      issuer: text.describe('What the claim iss must be.'),
      audience: text.describe('What the claim aud must contain.'),
      algorithms: z
        .array(
          z.enum(asymmetricAlgorithms, { error: 'must be an algorithm with a public key, such as RS256 or EdDSA' }),
        )
        .min(1, { error: 'must name at least one algorithm' })
        .default([...asymmetricAlgorithms])
        .describe('The signatures that are taken from the keys of jwks.'),
      clockTolerance: duration.default('5s').describe('How far clocks may be apart.'),
      forward: z
        .array(claim, { error: 'must be a list of claims' })
        .default(['sub'])
        .describe('Claims that the service gets as x-jwt-<claim>; clients cannot send these fields.'),
      optional: flag.default(false).describe('Let requests without a token pass, without claims.'),
    },
    { error: mapError('must be a map with jwks, issuer and audience') },
  )
  .refine(({ jwks, secret }) => (jwks === undefined) !== (secret === undefined), {
    error: 'needs jwks or secret, and not both',
  });

export const rateLimit = z.strictObject(
  {
    requests: count(1, 1_000_000).describe('How many requests a key may make in the time of per.'),
    per: duration.default('1m').describe('The time in which the tokens for these requests come back.'),
    burst: count(1, 1_000_000).optional().describe('How many may come at once. Default: as many as requests.'),
    by: keyedBy('ip', 'header', 'claim')
      .default('ip')
      .describe('What is counted: ip (IPv6 by /64), header:<name> or claim:<name>. Without the value, the ip.'),
  },
  { error: mapError('must be a map with requests') },
);

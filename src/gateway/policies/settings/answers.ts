import * as z from 'zod';
import { bytes } from './units.js';
import { count, duration, mapError, size } from './values.js';

const mediaTypeForm = 'must be a media type such as application/json or text/*, in lower case';

export const compression = z.strictObject(
  {
    encodings: z
      .array(z.literal(['br', 'gzip'], { error: 'must be br or gzip' }), { error: 'must be a list of br and gzip' })
      .min(1, { error: 'must name br, gzip or both' })
      .default(['br', 'gzip'])
      .describe('The codings, the best first; a client chooses among them.'),
    min: size.default('1kb').describe('Smaller answers are left as they are.'),
    types: z
      .array(
        z.string({ error: mediaTypeForm }).regex(/^[a-z0-9][a-z0-9!#$&^_.+-]*\/(?:\*|[a-z0-9][a-z0-9!#$&^_.+-]*)$/, {
          error: mediaTypeForm,
        }),
        { error: 'must be a list of media types' },
      )
      .min(1, { error: 'must name at least one media type' })
      .optional()
      .describe('What is compressed. Default: text, JSON, JavaScript, XML, SVG, WebAssembly and their like.'),
  },
  { error: mapError('must be a map with encodings, min and types; {} takes the defaults') },
);

export const cache = z
  .strictObject(
    {
      for: duration
        .optional()
        .describe('How long an answer is fresh that does not say so itself. By default such answers are not stored.'),
      staleIfError: duration
        .optional()
        .describe('How long behind its time an answer may stand in for a failure, where it does not say so itself.'),
      maxEntry: size.default('1mb').describe('Larger answers are not stored.'),
      maxBytes: size.default('32mb').describe('Of all stored answers of the route.'),
      maxEntries: count(1, 1_000_000).default(10_000).describe('How many answers are stored.'),
      wait: duration.default('2s').describe('How long a request waits for the same one of another client.'),
    },
    {
      error: mapError(
        'must be a map with for, staleIfError, maxEntry, maxBytes, maxEntries and wait; {} takes the defaults',
      ),
    },
  )
  .refine(({ maxEntry, maxBytes }) => 2 * bytes(maxEntry) <= bytes(maxBytes), {
    error: 'must be at most half of maxBytes',
    path: ['maxEntry'],
  });

import * as z from 'zod';
import { mapError, size } from './values.js';

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

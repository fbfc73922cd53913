import * as z from 'zod';
import { isGatewaysAnswerField, isGatewaysRequestField } from '../../headers/own-fields.js';
import { duration, fieldName, fieldValue, flag, mapError } from './values.js';

function edits(isOwn: (name: string) => boolean) {
  const name = fieldName.refine((text) => !isOwn(text.toLowerCase()), {
    error: 'is a header field that the gateway writes itself or that belongs to the connection',
  });
  return z
    .strictObject(
      {
        set: z
          .record(name, fieldValue, { error: mapError('must be a map of header fields') })
          .default({})
          .describe('Fields that are written, in place of those of the same name.'),
        remove: z.array(name, { error: 'must be a list of header fields' }).default([]).describe('Fields taken out.'),
      },
      { error: mapError('must be a map with set and remove') },
    )
    .optional();
}

export const headers = z.strictObject(
  {
    request: edits(isGatewaysRequestField).describe('What the service gets.'),
    answer: edits(isGatewaysAnswerField).describe('What the client gets.'),
  },
  { error: mapError('must be a map with request and answer') },
);

export const maintenance = z.strictObject(
  {
    on: flag.default(true).describe('false keeps the settings for later.'),
    message: z
      .string({ error: 'must be a sentence' })
      .min(1, { error: 'must be a sentence' })
      .max(500, { error: 'must be a sentence of at most 500 characters' })
      .optional()
      .describe('What clients are told.'),
    retryAfter: duration.default('1m').describe('When they may try again.'),
  },
  { error: mapError('must be a map with on, message and retryAfter') },
);

import * as z from 'zod';
import { duration } from '../policies/settings/values.js';

const share = { error: 'must be a share of the requests, more than 0 and at most 1, such as 0.1' };

export const accessLog = z.strictObject(
  {
    sample: z
      .number(share)
      .positive(share)
      .max(1, share)
      .default(1)
      .describe('Which share of the ordinary requests is logged. Whatever went wrong is logged in any case.'),
    slow: duration.default('1s').describe('A request that takes so long is logged in any case.'),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'must be a map with sample and slow') },
);

import * as z from 'zod';

const atLeastOne = (error: string) => z.int({ error }).min(1, { error });
const shareForm = 'must be a share above 0 and up to 1, such as 0.5, or false for never';
const share = z.union([z.literal(false), z.number().gt(0, { error: shareForm }).lte(1, { error: shareForm })], {
  error: shareForm,
});
const durationForm = 'must be a time such as 500ms, 30s or 5m';
const durationPattern = /^(?=.*[1-9])(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
const duration = z.string({ error: durationForm }).regex(durationPattern, { error: durationForm });
const countForm = 'must be a whole number from 1';
const inARowForm = 'must be a whole number from 1, or false for never';
const windowForm = 'must be a number of calls from 1 to 10000, or a time such as 30s';

/** How the breakers of those behave that call a service. */
export const breakerSchema = z
  .strictObject(
    {
      consecutiveFailures: z
        .union([z.literal(false), atLeastOne(inARowForm)], { error: inARowForm })
        .exactOptional()
        .describe('Open after so many failures in a row; false for never. Default 5.'),
      failureRate: share
        .exactOptional()
        .describe('Open when such a share of the calls in the window failed; false for never. Default 0.5.'),
      slowCallRate: share
        .exactOptional()
        .describe('Open when such a share of the calls in the window was slow; false for never. Default false.'),
      slowCall: duration.exactOptional().describe('From when on a call is slow. Default 5s.'),
      minimumCalls: atLeastOne(countForm)
        .exactOptional()
        .describe('How many calls there must be in the window before a rate counts. Default 20.'),
      window: z
        .union(
          [
            z.int({ error: windowForm }).min(1, { error: windowForm }).max(10_000, { error: windowForm }),
            z.string().regex(durationPattern, { error: windowForm }),
          ],
          { error: windowForm },
        )
        .exactOptional()
        .describe('The latest calls that count: a number of calls, or a time. Default 50.'),
      open: duration
        .exactOptional()
        .describe('How long to stay open; twice as long each time that it opens again at once. Default 30s.'),
      maxOpen: duration.exactOptional().describe('How long to stay open at most. Default 5m.'),
      halfOpenPermits: atLeastOne(countForm)
        .exactOptional()
        .describe('How many calls may be on trial at once. Default 1.'),
      successesToClose: atLeastOne(countForm)
        .exactOptional()
        .describe('How many of them must succeed to close it. Default as many as halfOpenPermits.'),
    },
    { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'must be a map of breaker settings') },
  )
  .describe('How the breakers of those behave that call this service.');

import * as z from 'zod';

const portForm = { error: 'must be a port from 1 to 65535' };

export const metrics = z.strictObject(
  {
    port: z
      .int(portForm)
      .min(1, portForm)
      .max(65_535, portForm)
      .describe('Where /metrics is, on 127.0.0.1 only; Prometheus exporters use 9464.'),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : 'must be a map with port') },
);

import * as z from 'zod';

const pathForm = 'must be a path such as /docs, of letters, digits, dots, dashes and underscores';
const path = z.string({ error: pathForm }).regex(/^(?:\/[\w-]+(?:\.[\w-]+)*)+$/, { error: pathForm });

export const openapi = z.strictObject(
  {
    title: z
      .string({ error: 'must be a text' })
      .min(1, { error: 'must not be empty' })
      .default('API')
      .describe('What the document and its page are called.'),
    version: z
      .string({ error: 'must be a text, such as "1.0.0"' })
      .min(1, { error: 'must not be empty' })
      .default('1.0.0')
      .describe('The version of the API that the document names.'),
    path: path
      .refine((text) => !/^\/openapi\.json$/i.test(text), { error: 'is where the document is; choose another' })
      .default('/docs')
      .describe('Where the page is that shows the document.'),
    documents: z
      .record(z.string(), path, { error: 'must be a map of services and paths' })
      .default({})
      .describe('Where services have their documents, if not under /openapi.json.'),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? undefined : 'must be a map with title, version, path and documents',
  },
);

export type OpenApiSettings = z.output<typeof openapi>;

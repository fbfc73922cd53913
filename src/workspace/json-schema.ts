import * as z from 'zod';
import { configSchema } from './config-schema.js';

/** The JSON Schema of `mscli.yaml`, from the same source as its validation, so that editors complete and check it. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(configSchema, {
    target: 'draft-7',
    io: 'input',
    override: ({ zodSchema, jsonSchema, path }) => {
      const { type } = zodSchema._zod.def;
      const checked = type === 'number' || type === 'boolean' || (type === 'string' && 'pattern' in jsonSchema);
      if (checked && path.at(-1) !== 'propertyNames') allowVariable(jsonSchema);
    },
  });
  return { title: 'mscli.yaml', ...schema };
}

/** Where the file wants a number or text of some form, `${PORT:-8080}` is as good. */
function allowVariable(schema: Record<string, unknown>): void {
  const { description, default: fallback, ...literal } = schema;
  for (const key of Object.keys(literal)) delete schema[key];
  schema.anyOf = [literal, { type: 'string', pattern: '\\$\\{' }];
}

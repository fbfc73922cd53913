import { z } from 'zod';

/** A JSON Schema of draft 2020-12, as OpenAPI 3.1 embeds it. */
export type JsonSchema = Record<string, unknown>;

/** Turns zod's schemas into JSON Schemas that may stand anywhere in one document: what they share is gathered by name. */
export class SchemaCollector {
  /** What the schemas refer to as `#/components/schemas/<name>`: those with a `.meta({ id })`, and those that hold themselves. */
  readonly named: Record<string, JsonSchema> = {};

  /** `name` is for a schema without an id that holds itself. What JSON cannot say, such as a Date, is left open. */
  add(schema: z.ZodType, name: string): JsonSchema {
    const {
      $schema: _,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => simplify(jsonSchema),
    }) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    const rename = (local: string) => local.replace(/^__schema/, name);
    for (const [local, definition] of Object.entries($defs)) {
      const { id: __, ...rest } = definition;
      this.named[rename(local)] = moved(rest, name, rename) as JsonSchema;
    }
    const whole = moved(root, name, rename) as JsonSchema;
    if (!holdsItself(root)) return whole;
    this.named[name] = whole;
    return { $ref: `#/components/schemas/${name}` };
  }
}

/** A format says it already, and the bounds of what JavaScript can count say nothing. */
function simplify(schema: JsonSchema): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

function moved(value: unknown, name: string, rename: (local: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => moved(item, name, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key !== '$ref' || typeof inner !== 'string') return [key, moved(inner, name, rename)];
      const target = inner === '#' ? name : rename(inner.replace('#/$defs/', ''));
      return [key, `#/components/schemas/${target}`];
    }),
  );
}

function holdsItself(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => (key === '$ref' && inner === '#') || holdsItself(inner));
}

import { expect, it } from 'vitest';
import { rewrite } from '../../../src/gateway/openapi/merge/rewrite.js';

const reference = { $ref: '#/components/schemas/Order' };
const renamed = { $ref: 'renamed' };

it('leaves examples alone, and takes properties for what they are whatever their names', () => {
  const schema = {
    properties: { example: reference, default: reference, $ref: { type: 'string' }, enum: reference },
    items: reference,
    allOf: [reference],
    example: reference,
    default: reference,
    enum: [reference],
    examples: [reference],
    'x-own': reference,
  };
  const change = (object: object) => ('$ref' in object && typeof object.$ref === 'string' ? renamed : object);
  expect(rewrite(schema, change as never)).toEqual({
    ...schema,
    properties: { example: renamed, default: renamed, $ref: { type: 'string' }, enum: renamed },
    items: renamed,
    allOf: [renamed],
  });
  const media = { examples: { one: { value: reference }, two: reference } };
  expect(rewrite(media, change as never)).toEqual({ examples: { one: { value: reference }, two: renamed } });
});

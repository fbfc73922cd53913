import { expect, it } from 'vitest';
import { isForgeable } from '../../../src/gateway/headers/forgeable.js';
import { alwaysHopByHop } from '../../../src/gateway/headers/hop-by-hop.js';
import { ordinaryNames } from '../../../src/gateway/headers/ordinary-names.js';
import { isGatewaysAnswerField, isGatewaysRequestField } from '../../../src/gateway/headers/own-fields.js';

it('are names that the gateway has nothing to do with, in requests and in answers', () => {
  const lower = [...ordinaryNames].map((name) => name.toLowerCase());
  const isOwn = (name: string) =>
    alwaysHopByHop.has(name) || isForgeable(name) || isGatewaysRequestField(name) || isGatewaysAnswerField(name);
  expect(lower.filter(isOwn)).toEqual([]);
  expect(lower).toEqual(expect.arrayContaining(['accept', 'x-powered-by']));
});

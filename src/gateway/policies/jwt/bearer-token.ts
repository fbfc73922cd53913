import { type RawHeaders, valuesOf } from '../../headers/raw-headers.js';

/** The token of a request (RFC 6750 §2.1): undefined where there is none, a sentence where it makes no sense. */
export function bearerToken(headers: RawHeaders): { token: string } | { refused: string } | undefined {
  const [field, another] = valuesOf(headers, 'authorization');
  if (field === undefined) return undefined;
  if (another !== undefined) return { refused: 'there is more than one Authorization' };
  const [, token] = /^Bearer +([\w~+/.-]+=*)$/i.exec(field) ?? [];
  if (token === undefined) return { refused: 'the Authorization is not a bearer token' };
  if (token.length > LONGEST) return { refused: `it is longer than ${LONGEST} characters` };
  return { token };
}

const LONGEST = 8192;

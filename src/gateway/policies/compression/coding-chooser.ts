import type { Exchange } from '../../exchange.js';
import { firstValue, listMembers, type RawHeaders, valuesOf } from '../../headers/raw-headers.js';
import type { AnswerToClient } from '../../serving/client.js';
import type { RoutePolicies } from '../settings/route-policies.js';
import { bytes } from '../settings/units.js';
import { type Coding, chooseCoding } from './accept-encoding.js';
import { defaultMediaTypes, mediaTypeFilter } from './media-types.js';

/** How an answer goes to a client: in a coding, as it is since the client wants it so, or, undefined, as it is for everybody. */
export type CodingChooser = (exchange: Exchange, answer: CodableAnswer) => Coding | 'identity' | undefined;

type CodableAnswer = Pick<AnswerToClient, 'status' | 'framing'> & { readonly headers: RawHeaders };

export function codingChooser(settings: NonNullable<RoutePolicies['compression']>): CodingChooser {
  const least = bytes(settings.min);
  const isListed = mediaTypeFilter(settings.types ?? defaultMediaTypes);
  return (exchange, answer) => {
    const { headers } = answer;
    if (!mayBeCoded(exchange, answer) || lengthOf(headers) < least) return undefined;
    if (!isListed(firstValue(headers, 'content-type'))) return undefined;
    return chooseCoding(valuesOf(exchange.headers, 'accept-encoding'), settings.encodings) ?? 'identity';
  };
}

/** What has a body that may be changed: not a part of one, not one that is coded already, and not where nobody may transform it (RFC 9111 §5.2.2.6). */
function mayBeCoded({ method }: Exchange, { status, headers, framing }: CodableAnswer): boolean {
  if (status === 204 || status === 205 || status === 206) return false;
  if (framing.kind === 'none' && method !== 'HEAD') return false;
  if (firstValue(headers, 'content-encoding') !== undefined || firstValue(headers, 'content-range') !== undefined) {
    return false;
  }
  return !listMembers(headers, 'cache-control').includes('no-transform');
}

/** Of a body without a length nobody knows; most are longer than a packet. */
function lengthOf(headers: RawHeaders): number {
  const length = firstValue(headers, 'content-length');
  return length === undefined ? Number.POSITIVE_INFINITY : Number(length);
}

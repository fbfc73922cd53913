import { type RawHeaders, valuesOf } from '../../headers/raw-headers.js';
import { targetCodes, tokenCodes } from '../../http1/characters.js';
import { chunked, type Framing } from '../../http1/framing.js';
import type { HeadLimits } from '../../http1/head-reader.js';
import { methods } from '../../http1/methods.js';
import { type Refusal, refuse } from '../../http1/refusal.js';
import { requestFraming } from '../../http1/request-framing.js';
import type { RequestHead } from '../../serving/client.js';
import { requestFields } from './request-fields.js';

/** A request of HTTP/2 in the words of HTTP/1.1. */
export interface ReadRequest {
  kind: 'request';
  head: RequestHead;
  framing: Framing;
}

/**
 * Reads the fields of a stream into a request that can be sent on over HTTP/1.1 and means the same there (RFC 9113 §8.3.1), as
 * strictly as the reader of HTTP/1.1 is. A body of which nobody says how long it is becomes a chunked one.
 */
export function readRequest(raw: RawHeaders, isEnded: boolean, limits: HeadLimits): ReadRequest | Refusal {
  const read = requestFields(raw);
  if (read.kind === 'refused') return read;
  const { pseudo } = read;
  const method = pseudo.get(':method') ?? '';
  if (!consistsOf(method, tokenCodes)) return refuse(400, 'The request has no valid method.');
  if (method === 'CONNECT') return refuse(501, 'The method CONNECT is not served here.');
  const target = pseudo.get(':path') ?? '';
  const tooLarge = checkSize(method, target, read.fields, limits);
  if (tooLarge !== undefined) return tooLarge;
  if (pseudo.get(':scheme')?.toLowerCase() !== 'https') return refuse(400, 'The scheme of the request is not https.');
  if (!isTarget(method, target)) return refuse(400, 'The path of the request does not begin with a slash.');
  if (!methods.has(method)) return refuse(501, 'The method of the request is not known here.');
  const fields = withHost(read.fields, pseudo.get(':authority'));
  if ('kind' in fields) return fields;
  const declared = requestFraming(fields, '1.1');
  if (declared.kind === 'refused') return declared;
  const hasLength = valuesOf(fields, 'content-length').length > 0;
  if (isEnded && declared.kind !== 'none') return refuse(400, 'The request ends before its body.');
  const framing = isEnded || hasLength ? declared : chunked;
  if (framing === chunked) fields.push('transfer-encoding', 'chunked');
  return { kind: 'request', head: { method, target, httpVersion: '2.0', headers: fields }, framing };
}

function isTarget(method: string, target: string): boolean {
  if (target === '*') return method === 'OPTIONS';
  return target.startsWith('/') && consistsOf(target, targetCodes);
}

function consistsOf(text: string, codes: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) if (codes[text.charCodeAt(i)] !== 1) return false;
  return text !== '';
}

/** As many bytes and fields as a head of HTTP/1.1 may have. */
function checkSize(method: string, target: string, fields: RawHeaders, limits: HeadLimits): Refusal | undefined {
  let bytes = `${method} ${target} HTTP/1.1\r\n`.length;
  if (bytes > limits.bytes) return refuse(414, 'The path of the request is too long.');
  if (fields.length > 2 * limits.fields) return refuse(431, `There are more than ${limits.fields} header fields.`);
  for (const text of fields) bytes += text.length + 2;
  return bytes > limits.bytes ? refuse(431, 'The header fields are too large.') : undefined;
}

/** `:authority` as the Host; a Host beside it must say the same, or services would believe another one than the gateway. */
function withHost(fields: string[], authority: string | undefined): string[] | Refusal {
  if (authority === undefined) return fields;
  const hosts = valuesOf(fields, 'host');
  if (hosts.some((host) => host.toLowerCase() !== authority.toLowerCase())) {
    return refuse(400, 'The authority and the Host of the request name different hosts.');
  }
  const others = hosts.length === 0 ? fields : fields.filter((_, i) => fields[i - (i % 2)] !== 'host');
  return ['host', authority, ...others];
}

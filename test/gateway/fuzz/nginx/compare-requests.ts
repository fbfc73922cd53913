import type { RequestHead } from '../../../../src/gateway/http1/request-reader.js';
import type { Read, ReadMessage } from '../../setup/read-messages.js';
import { endsConnection } from '../allowed-differences.js';
import type { Difference } from '../compare.js';
import { isRefusedByPasses } from './is-refused-by-passes.js';
import { whyNginxCloses, whyNginxRefuses } from './listed-differences.js';
import type { NginxRequest } from './nginx-requests.js';

/** What came of one input: a difference, or for how many requests both agreed, and why nginx is not followed. */
export interface Compared {
  difference?: Difference;
  agreed: number;
  reason?: string;
}

/** Whether requests that were understood here mean the same to nginx. That it understands what is refused here is no difference. */
export function compareWithNginx(ours: Read<RequestHead>, bytes: Buffer, nginx: readonly NginxRequest[]): Compared {
  const last = ours.messages.findIndex(({ head }) => endsConnection(head));
  const served = last === -1 ? ours.messages : ours.messages.slice(0, last + 1);
  let agreed = 0;
  for (const [i, message] of served.entries()) {
    const theirs = nginx[i];
    if (theirs === undefined) {
      const reason = whyNginxCloses(served[i - 1]?.head.headers ?? []);
      if (reason !== undefined) return { agreed, reason };
      return { agreed, difference: { kind: 'no request', ours: message, nodes: nginx } };
    }
    // Both have seen no more than its beginning; what nginx says about that is the end of the connection.
    if (!message.isComplete) return { agreed };
    if (isRefusedByPasses(message)) {
      if (theirs.status >= 400) return { agreed };
      continue;
    }
    if (theirs.status >= 400) {
      const reason = whyNginxRefuses(message.head.headers, bytes);
      if (reason !== undefined) return { agreed, reason };
      return { agreed, difference: { kind: `nginx refuses with ${theirs.status}`, ours: message, nodes: theirs } };
    }
    const kind = faultOf(message, theirs);
    if (kind !== undefined) return { agreed, difference: { kind, ours: message, nodes: theirs } };
    agreed += 1;
  }
  const isAll = last === -1 && ours.refused === undefined && !ours.isWaiting;
  if (isAll && nginx.length > served.length) {
    return { agreed, difference: { kind: 'one request more', ours, nodes: nginx } };
  }
  return { agreed };
}

/** What is sent on must be one request to nginx, and the same. */
export function compareForwarded(
  message: ReadMessage<RequestHead>,
  nginx: readonly NginxRequest[],
): Difference | undefined {
  const [theirs, ...more] = nginx;
  if (theirs === undefined || theirs.status >= 400 || more.length > 0) {
    return { kind: 'sent on, it is not one request', ours: message, nodes: nginx };
  }
  const { body, head } = message;
  const isSame = head.method === theirs.method && withoutOrigin(head.target) === theirs.target && body === theirs.body;
  return isSame ? undefined : { kind: 'sent on, it is another request', ours: message, nodes: nginx };
}

function faultOf({ head, body }: ReadMessage<RequestHead>, theirs: NginxRequest): string | undefined {
  if (head.method !== theirs.method) return 'another method';
  if (withoutOrigin(head.target) !== theirs.target) return 'another target';
  if (`HTTP/${head.httpVersion}` !== theirs.version) return 'another version';
  if (body !== theirs.body) return 'another body';
  for (const [name, field] of fields) {
    if (firstOf(head.headers, name) !== trimmed(theirs[field])) return `another ${name}`;
  }
  return undefined;
}

const fields = [
  ['host', 'host'],
  ['accept', 'accept'],
  ['x-b', 'xb'],
] as const;

function firstOf(headers: readonly string[], name: string): string {
  const place = headers.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === name);
  return place === -1 ? '' : (headers[place + 1] ?? '');
}

/** nginx shows an absolute target without its scheme and host. */
function withoutOrigin(target: string): string {
  const path = target.replace(/^[a-z]+:\/\/[^/?#]*/i, '');
  return path === '' ? '/' : path;
}

/** Blanks around a value do not belong to it (RFC 9110 §5.5); nginx leaves tabs there. */
function trimmed(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '');
}

import { listMembers, valuesOf } from '../../../src/gateway/headers/raw-headers.js';
import type { RequestHead } from '../../../src/gateway/http1/request-reader.js';
import type { NodeMessage } from './node-oracle.js';

// Where the gateway is right to differ from Node. That it refuses what Node accepts is not among these: it may always.

/**
 * Behind a request that closes the connection the gateway looks at nothing (RFC 9112 §9.6: a server must not process what comes behind
 * a close), where Node refuses what comes. An HTTP/1.0 connection is not kept, whatever it says (§9.3: a proxy should not).
 */
export function endsConnection({ method, httpVersion, headers }: RequestHead): boolean {
  const options = listMembers(headers, 'connection');
  return httpVersion === '1.0' || method === 'CONNECT' || options.includes('close') || asksToUpgrade(headers, options);
}

/**
 * A server may pass over an Upgrade (RFC 9110 §7.8), and what follows is HTTP/1.1 then: so it is to the gateway, which closes behind one
 * that it does not pass over. Node loses what follows in either case.
 */
function asksToUpgrade(headers: readonly string[], options: readonly string[]): boolean {
  return options.includes('upgrade') && valuesOf(headers, 'upgrade').length > 0;
}

/**
 * What follows a CONNECT is no body, whatever the head says (RFC 9110 §9.3.6). The gateway answers with 501 and closes, and has not
 * looked at it; its reader hands a body on as of any other method.
 */
export function asConnect(message: NodeMessage): NodeMessage {
  return { ...message, body: '', trailers: [], isComplete: true };
}

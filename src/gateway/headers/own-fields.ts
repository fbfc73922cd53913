import { isForgeable } from './forgeable.js';
import { alwaysHopByHop } from './hop-by-hop.js';

const ofEveryMessage: ReadonlySet<string> = new Set([...alwaysHopByHop, 'content-length', 'trailer', 'via']);
const ofRequests: ReadonlySet<string> = new Set(['host', 'expect', 'traceparent', 'tracestate']);

/** Whether no setting may touch this lower-case field of a request: it frames it, routes it, or is the gateway's own word. */
export function isGatewaysRequestField(name: string): boolean {
  return isGatewaysField(name) || ofRequests.has(name) || isForgeable(name);
}

/** The same of an answer. */
export function isGatewaysAnswerField(name: string): boolean {
  return isGatewaysField(name) || name === 'x-request-id';
}

function isGatewaysField(name: string): boolean {
  return ofEveryMessage.has(name) || name.startsWith('sec-websocket-');
}

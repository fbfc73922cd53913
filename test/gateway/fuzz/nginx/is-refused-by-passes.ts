import { checkExpectation } from '../../../../src/gateway/admission/check-expectation.js';
import { checkHost } from '../../../../src/gateway/admission/check-host.js';
import { checkMethod } from '../../../../src/gateway/admission/check-method.js';
import type { Rules } from '../../../../src/gateway/admission/pass.js';
import { readTarget } from '../../../../src/gateway/admission/read-target.js';
import { beginExchange } from '../../../../src/gateway/begin-exchange.js';
import { Peer } from '../../../../src/gateway/headers/peer.js';
import type { RequestHead } from '../../../../src/gateway/http1/request-reader.js';
import type { ReadMessage } from '../../setup/read-messages.js';

const passes = [checkExpectation, checkMethod, checkHost, readTarget];
const ids = { hex: (bytes: number) => '1'.repeat(2 * bytes), uuid: () => '11111111-1111-4111-8111-111111111111' };
const peer = new Peer('127.0.0.1', 'http');

/** Whether a request that could be read is refused for what it says. */
export function isRefusedByPasses({ head, framing }: ReadMessage<RequestHead>): boolean {
  const exchange = beginExchange({ request: head, peer, framing }, { upgrade: false, ids });
  return passes.some((pass) => pass(exchange, {} as Rules) !== undefined);
}

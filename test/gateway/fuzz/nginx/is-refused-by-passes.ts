import { checkExpectation } from '../../../../src/gateway/admission/check-expectation.js';
import { checkHost } from '../../../../src/gateway/admission/check-host.js';
import { checkMethod } from '../../../../src/gateway/admission/check-method.js';
import type { Rules } from '../../../../src/gateway/admission/pass.js';
import { readTarget } from '../../../../src/gateway/admission/read-target.js';
import { beginExchange } from '../../../../src/gateway/begin-exchange.js';
import type { RequestHead } from '../../../../src/gateway/http1/request-reader.js';
import type { ReadMessage } from '../../setup/read-messages.js';

const passes = [checkExpectation, checkMethod, checkHost, readTarget];
const random = (bytes: number) => '1'.repeat(2 * bytes);

/** Whether a request that could be read is refused for what it says. */
export function isRefusedByPasses({ head, framing }: ReadMessage<RequestHead>): boolean {
  const client = { request: head, address: '127.0.0.1', protocol: 'http', framing } as const;
  const exchange = beginExchange(client, { upgrade: false, random });
  return passes.some((pass) => pass(exchange, {} as Rules) !== undefined);
}

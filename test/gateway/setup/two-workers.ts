import { type GatewayProcess, gatewayProcess } from './gateway-process.js';
import type { TestStack } from './stack.js';
import { addInstance } from './test-gateway.js';
import { httpUpstream } from './upstream.js';

/** A gateway of two workers before one service, with these policies on its route. */
export async function twoWorkers(
  bundle: string,
  stack: TestStack,
  listener: Parameters<typeof httpUpstream>[0],
  options: { policies?: unknown; settings?: object } = {},
): Promise<GatewayProcess> {
  const { policies, settings = {} } = options;
  const upstream = stack.use(await httpUpstream(listener));
  const discover: Parameters<typeof gatewayProcess>[1] = (draft) => {
    const route = { path: '/', service: 'a-service', stripPrefix: false };
    draft.routes.push(policies === undefined ? route : { ...route, policies });
    addInstance(draft, 'a-service', upstream.url, 1);
  };
  const env = { MSCLI_GATEWAY_SETTINGS: JSON.stringify({ workers: 2, ...settings }) };
  return stack.use(await gatewayProcess(bundle, discover, env));
}

import type { TestGateway } from './test-gateway.js';

/** How many connections of clients a gateway with metrics has open. */
export function openConnections({ gateway }: Pick<TestGateway, 'gateway'>): number {
  const family = gateway.families().find(({ name }) => name === 'mscli_gateway_connections');
  const sample = family?.samples.find(({ labels }) => labels.side === 'client');
  if (sample === undefined || !('value' in sample)) throw new Error('the gateway has no metrics');
  return sample.value;
}

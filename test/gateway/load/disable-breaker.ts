import type { TestGateway } from '../setup/test-gateway.js';

/** Has the gateway call its service whatever it fails at, as an operator can. */
export async function disableBreaker(gateway: TestGateway): Promise<void> {
  await gateway.update((draft) => {
    const by = { author: 'the test', at: new Date().toISOString() };
    draft.overrides['gateway->a-service'] = { id: 'o1', mode: 'disabled', ...by };
  });
}

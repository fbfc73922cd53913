import { Rejected, type SagaResult, SagaRunner, saga } from '@mscli/runtime/saga';
import { openDatabase } from '@mscli/runtime/state';
import { z } from 'zod';

const placeOrder = saga('place-order', z.object({ stock: z.number() }))
  .compensatable('create-order', { do: async () => ({ orderId: 'o-1' }), undo: async () => {} })
  .pivot('debit-wallet', {
    do: async ({ input }) => {
      if (input.stock < 1) throw new Rejected('out of stock');
      return { paid: true };
    },
  })
  .retriable('confirm-order', { do: async () => {} });

/** Runs one saga to its end for each id, in a service's journal; nothing runs any more when it resolves. */
export async function runSagas(stateUrl: string, sagas: Record<string, { stock: number }>): Promise<SagaResult[]> {
  await using db = await openDatabase({ stateUrl, service: 'order-service', migrations: [] });
  const silent = { info() {}, warn() {}, error() {} };
  const runner = new SagaRunner({
    service: 'order-service',
    instanceId: 'order-service-1',
    db,
    log: silent,
    context: {} as ConstructorParameters<typeof SagaRunner>[0]['context'],
  });
  runner.register(placeOrder);
  await runner.resume();
  const results: SagaResult[] = [];
  for (const [id, input] of Object.entries(sagas)) {
    await runner.start(placeOrder, input, { id });
    results.push(await runner.wait(id));
  }
  await runner.stop();
  return results;
}

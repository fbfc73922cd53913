import { Broker, type BrokerHandle, type BrokerOptions } from './broker.js';

/**
 * A fresh broker on a free loopback port, in memory unless a `dataDir` is given; for tests.
 *
 * @example
 * await using broker = await testBroker();
 * const connection = await amqplib.connect(broker.url);
 */
export function testBroker(options: BrokerOptions = {}): Promise<BrokerHandle> {
  return new Broker({ port: 0, ...options }).start();
}

export { Broker, type BrokerHandle, type BrokerOptions } from './broker.js';
export { BrokerError } from './errors.js';
export type { BrokerLimits } from './limits.js';
export type { BrokerStats, QueueStats } from './stats.js';
export { testBroker } from './test-broker.js';

export { Broker, type BrokerHandle, type BrokerOptions } from './broker.js';
export { VERSION } from './connection/server-properties.js';
export { BrokerError } from './errors.js';
export type { BrokerLimits } from './limits.js';
export type { BrokerRates, BrokerStats, QueueRates, QueueStats } from './stats.js';
export { testBroker } from './test-broker.js';

/**
 * Starts a service for a test, without broker or network.
 *
 * @module
 */
export type { CallToReply, Replies, Reply } from './fake-services.js';
export { type DeadLetter, MemoryTransport } from './memory-transport.js';
export { type TestedService, type TestServiceOptions, testService } from './test-service.js';

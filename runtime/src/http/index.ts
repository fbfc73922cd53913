/**
 * Calls to other services: resolved by discovery, guarded by a breaker, ended by a deadline, traced.
 *
 * @module
 */
export { CallError, type CallErrorCode } from './call-error.js';
export { HttpClient } from './http-client.js';
export type * from './types.js';

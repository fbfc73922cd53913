/**
 * The trace that a piece of work belongs to: W3C Trace Context, carried along by AsyncLocalStorage.
 *
 * @module
 */
export { childTraceparent, currentTrace, runWithTrace, type TraceOptions } from './current-trace.js';
export { formatTraceparent, parseTraceparent, startTrace, type TraceContext } from './trace-context.js';

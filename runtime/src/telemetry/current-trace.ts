import { AsyncLocalStorage } from 'node:async_hooks';
import { formatTraceparent, parseTraceparent, startTrace, type TraceContext } from './trace-context.js';

/** What came along with a traceparent. */
export interface TraceOptions {
  /** The sender's `tracestate`; dropped when the traceparent is invalid. */
  tracestate?: string | undefined;
  /** The sender's `x-request-id`. */
  requestId?: string | undefined;
}

/** Bound to the running work, not to this module: each asynchronous context has its own value. */
const storage = new AsyncLocalStorage<TraceContext>();

/** The trace of the work that is running, if it belongs to one. */
export function currentTrace(): TraceContext | undefined {
  return storage.getStore();
}

/**
 * Runs a function, and all that it starts, as a piece of work in the sender's trace, or in a new trace when there is no valid traceparent.
 *
 * @param traceparent - as it came in a header
 */
export function runWithTrace<T>(traceparent: string | undefined, work: () => T, options: TraceOptions = {}): T {
  const sender = parseTraceparent(traceparent);
  const context = startTrace(sender);
  if (sender !== undefined && options.tracestate) context.tracestate = options.tracestate;
  if (options.requestId) context.requestId = options.requestId;
  return storage.run(context, work);
}

/** The `traceparent` to send along with a call or a message: its receiver's work becomes a child of the running work. */
export function childTraceparent(): string {
  return formatTraceparent(currentTrace() ?? startTrace());
}

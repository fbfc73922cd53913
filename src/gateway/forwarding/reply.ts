import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** What came of one attempt to ask an upstream. */
export type Reply =
  /** The head of a final answer has arrived. */
  | { kind: 'answer'; answer: IncomingMessage; release(): void }
  /** The upstream speaks another protocol from here on. */
  | { kind: 'switched'; answer: IncomingMessage; socket: Socket; head: Buffer }
  /** There was no connection. */
  | { kind: 'unreachable'; cause: Error; repeatable: boolean }
  /** A kept-alive connection was closed before a byte of the answer came. */
  | { kind: 'stale'; cause: Error; repeatable: boolean }
  /** The connection died or what came was not HTTP. */
  | { kind: 'broken'; cause: Error }
  /** No head of an answer within the deadline. */
  | { kind: 'timeout' }
  /** The client stopped sending its body. */
  | { kind: 'client-stalled' }
  | { kind: 'client-gone' };

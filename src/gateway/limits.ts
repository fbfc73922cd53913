/** How long the gateway waits for what, in milliseconds, and how much it takes and keeps. */
export interface Limits {
  /** From the request, or the last moved part of its body, to the head of the answer. Default 30 s. */
  deadlineMs: number;
  /** Without a byte of an answer or a WebSocket moving. Default 5 min. */
  idleMs: number;
  /** For the handshake of TLS. Default 10 s. */
  handshakeMs: number;
  /** For the head of a request to arrive. Default 15 s. */
  headMs: number;
  /** A kept-alive connection without a request. Default 65 s. */
  keepAliveMs: number;
  /** For the rest of a body that nobody wants any more. Default 5 s. */
  lingerMs: number;
  /** For an upstream to send a 100 before the gateway does. Default 1 s. */
  continueMs: number;
  /** How long a running body keeps its permit: after that the call counts as a success. Default 1 s. */
  probationMs: number;
  /** For a connection to an upstream to come about. Default 5 s. */
  connectMs: number;
  /** A kept connection to an upstream without a request. Default 60 s. */
  upstreamIdleMs: number;
  /** For so long it may have waited to get a request that can't be repeated: many servers close one after 5 s. Default 4 s. */
  upstreamRecentMs: number;
  /** Kept connections to one upstream that wait for a request. Default 1024. */
  upstreamIdleSockets: number;
  /** For the answer to move on when the client has closed its side: it waits for the answer, or has gone. Default 2 s. */
  halfClosedMs: number;
  /** For a client that has closed its side to refuse an answer, before what it had sent behind that request is served. Default 200 ms. */
  leavingMs: number;
  /** For a service that is being restarted to be back. Default 10 s. */
  comingMs: number;
  /** Requests that may wait for one that is. Default 1,000. */
  comingRequests: number;
  /** Of a request's head, in bytes. Default 16 KiB. */
  headBytes: number;
  /** Of a request's head, in fields. Default 200. */
  headFields: number;
  /** Requests at once on a connection of HTTP/2. Default 100. */
  streams: number;
  /** Requests on a connection of HTTP/2 that may come to nothing, or be none, before it is closed; a tenth of them comes back each second. Default 200. */
  brokenStreams: number;
  /** The same of PING and SETTINGS. Default 1,000. */
  controlFrames: number;
}

export const defaultLimits: Limits = {
  deadlineMs: 30_000,
  idleMs: 300_000,
  handshakeMs: 10_000,
  headMs: 15_000,
  keepAliveMs: 65_000,
  lingerMs: 5_000,
  continueMs: 1_000,
  probationMs: 1_000,
  connectMs: 5_000,
  upstreamIdleMs: 60_000,
  upstreamRecentMs: 4_000,
  upstreamIdleSockets: 1024,
  halfClosedMs: 2_000,
  leavingMs: 200,
  comingMs: 10_000,
  comingRequests: 1_000,
  headBytes: 16 * 1024,
  headFields: 200,
  streams: 100,
  brokenStreams: 200,
  controlFrames: 1_000,
};

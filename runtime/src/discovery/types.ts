/** The discovery file's content: who runs where, how it is, and what an operator has overridden. */
export interface Discovery {
  /** The format's version. A file with a higher one is refused and left untouched. */
  version: 1;
  /** Grows by one at each write; 0 where no file exists yet. */
  revision: number;
  /** By instance id. */
  instances: Record<string, Instance>;
  /** What the gateway serves; the longest matching prefix wins. */
  routes: Route[];
  /** By a route's path: where operators have gateways answer 503 for a while. */
  maintenance?: Record<string, MaintenanceNotice>;
  /** By breaker name, such as `gateway->order-service`; one side may be `*`. */
  overrides: Record<string, BreakerOverride>;
  /** When an operator last reset a breaker by hand, by breaker name (ISO 8601). Kept for a minute. */
  resets: Record<string, string>;
  /** By instance id, then by breaker name: how each instance sees its breakers. */
  breakers: Record<string, Record<string, BreakerReport>>;
  /** By callee: how the breakers of all its callers behave, where mscli.yaml says so. */
  breakerSettings: Record<string, BreakerSettings>;
  /** By service: what of it an operator may want to know of before stopping calls. Stays when the service stops. */
  reactions: Record<string, Reactions>;
}

/** One running process of a service, at one address. */
export interface Instance {
  /** Such as `order-service-1`. */
  id: string;
  /** Such as `order-service`. */
  service: string;
  /** Origin, such as `http://127.0.0.1:3001`. */
  url: string;
  /** Its process on this machine. Without one the instance is taken to be alive. */
  pid?: number;
  /** Guards against a reused pid, see {@link processStartTime}. {@link register} fills it in. */
  processStart?: string;
  /** Only `ready` instances are resolved. */
  status: InstanceStatus;
  /** ISO 8601. */
  startedAt: string;
  /** Who wrote the record, and so who withdraws it. */
  registeredBy: 'supervisor' | 'self';
  /** The id of the instance that this one is a worker of, which then calls nobody itself. */
  workerOf?: string;
}

/** Where an instance is in its life. */
export type InstanceStatus = 'starting' | 'ready' | 'unhealthy' | 'stopping';

/** Maps a path prefix of the gateway to a service. */
export interface Route {
  /** A prefix that matches on a segment boundary, such as `/orders`. */
  path: string;
  /** The service that answers. */
  service: string;
  /** Whether the service sees the path without the prefix. */
  stripPrefix: boolean;
  /** What the gateway does with a request beside forwarding it, as mscli.yaml has it. The gateway validates it. */
  policies?: unknown;
}

/** An operator's notice on a route. Every gateway obeys it, those that start later too, until it is taken off. */
export interface MaintenanceNotice {
  /** Who. */
  author: string;
  /** When it was put up (ISO 8601). */
  at: string;
  /** What clients are told. */
  message?: string;
}

/** An operator's word on a breaker. All instances obey it, those that start later too. */
export interface BreakerOverride {
  /** A UUID; reports name it, so that one can see who obeyed. */
  id: string;
  /** `open` refuses every call, `disabled` lets every call pass uncounted. */
  mode: 'open' | 'disabled';
  /** Why, in the operator's words. */
  reason?: string;
  /** Who. */
  author: string;
  /** When it was given (ISO 8601). */
  at: string;
  /** When it ends by itself (ISO 8601); without it, at a reset. */
  until?: string;
}

/** How the breakers to one callee behave: plain data, as it stands in mscli.yaml. */
export interface BreakerSettings {
  /** Opens after so many failures in a row; false for never. Default 5. */
  consecutiveFailures?: number | false;
  /** Opens when such a share of the window's calls failed, above 0 and up to 1; false for never. Default 0.5. */
  failureRate?: number | false;
  /** Opens when such a share of the window's calls was slow, above 0 and up to 1; false for never. Default false. */
  slowCallRate?: number | false;
  /** From when on a call is slow, in milliseconds. Default 5000. */
  slowCallMs?: number;
  /** How many calls there must be in the window before a rate counts. Default 20. */
  minimumCalls?: number;
  /** The window is the last so many calls. Default 50. */
  windowCalls?: number;
  /** The window is the last so many milliseconds, in place of a number of calls. */
  windowMs?: number;
  /** How long to stay open before calls pass on trial, in milliseconds; twice as long at each further opening. Default 30 000. */
  openMs?: number;
  /** How long to stay open at most, in milliseconds. Default 300 000. */
  maxOpenMs?: number;
  /** How many calls may be on trial at once while half-open. Default 1. */
  halfOpenPermits?: number;
  /** How many of them must succeed to close the breaker. Default as many as there are permits. */
  successesToClose?: number;
}

/** What a service does without being asked over HTTP. */
export interface Reactions {
  /** The events that it subscribes to. */
  subscriptions: string[];
  /** The sagas that it runs. */
  sagas: string[];
}

/** How one instance sees one of its breakers. */
export interface BreakerReport {
  /** The state's kind. */
  state: 'closed' | 'open' | 'half-open' | 'forced-open' | 'disabled';
  /** Since when it is in that state (ISO 8601). */
  since: string;
  /** Failures in a row when the report was written. */
  failures: number;
  /** The id of the override that is obeyed. */
  override?: string;
  /** Why it opened by itself: the rule's name, or `half-open` after a failed trial. */
  reason?: string;
  /** When calls may pass on trial (ISO 8601), where it opened by itself. */
  until?: string;
}

/** A discovery file that could not be read as one, or could only in part. */
export interface CorruptDiscovery {
  /** The discovery file. */
  path: string;
  /** What is wrong, in sentences. */
  faults: readonly string[];
  /** Where the unreadable file was moved; absent when only single records were left out, or when it could not be moved. */
  movedTo?: string;
  /** The revision that took the file's place, from a copy of the last write; absent when there was none. */
  restoredRevision?: number;
}

/** Anything that follows a discovery file: a {@link DiscoveryFile}, or a stand-in for one. */
export interface DiscoveryView {
  /** The newest content; frozen. */
  readonly snapshot: Readonly<Discovery>;
  /** Calls a listener now and at each change, until it is disposed of. */
  subscribe(listener: (snapshot: Readonly<Discovery>) => void): Disposable;
}

/** Anything that changes a discovery file: a {@link DiscoveryFile}, or a stand-in for one. */
export interface DiscoveryWriter {
  /** Applies a change to the newest content; resolves when it is in the file. */
  update(change: (draft: Discovery) => void): Promise<Readonly<Discovery>>;
}

/** How a discovery file is read and written. */
export interface DiscoveryOptions {
  /** Ends waiting. */
  signal?: AbortSignal;
  /** How long to wait for the lock, in milliseconds. Default 10 000. */
  lockTimeoutMs?: number;
  /** Told of a file, or of single records, that cannot be read. Default: nobody is told. */
  onCorrupt?: (report: CorruptDiscovery) => void;
  /** Milliseconds since 1970; dates the corrupt files and expires the overrides. Default `Date.now`. */
  now?: () => number;
}

/** How a discovery file is read, written and watched. */
export interface DiscoveryFileOptions extends DiscoveryOptions {
  /** How often to look without being told of a change, in milliseconds. Default 2000. */
  pollMs?: number;
  /** How long to gather changes before reading, in milliseconds. Default 10. */
  debounceMs?: number;
  /** Told of failures while watching; the last good snapshot stays. Default: nobody is told. */
  onError?: (error: unknown) => void;
}

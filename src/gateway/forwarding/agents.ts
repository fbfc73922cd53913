import { Agent } from 'node:http';
import type { Instance } from '@mscli/runtime/discovery';

/** Shorter than the 5 s after which many servers close an idle connection without saying so. */
const IDLE_SOCKET_MS = 4_000;
const IDLE_SOCKETS_PER_INSTANCE = 256;

/** Where an instance listens. */
export interface Origin {
  /** A name or an address, an IPv6 one without brackets. */
  readonly host: string;
  readonly port: number;
  /** Both, as a Host field has them. */
  readonly authority: string;
}

/** Connections to the upstreams. */
export interface Agents {
  /** Keeps connections alive and uses them again. */
  readonly pooled: Agent;
  /** A new connection for each request. */
  readonly fresh: Agent;
  /** The instance's origin, parsed once for each record; undefined where it is not one of http. */
  originOf(instance: Instance): Origin | undefined;
  close(): void;
}

export function createAgents(): Agents {
  const pooled = new Agent({
    keepAlive: true,
    maxFreeSockets: IDLE_SOCKETS_PER_INSTANCE,
    scheduling: 'lifo',
    timeout: IDLE_SOCKET_MS,
  });
  const fresh = new Agent({ keepAlive: false });
  const origins = new WeakMap<Instance, Origin | undefined>();
  return {
    pooled,
    fresh,
    originOf(instance) {
      if (!origins.has(instance)) origins.set(instance, httpOrigin(instance.url));
      return origins.get(instance);
    },
    close() {
      pooled.destroy();
      fresh.destroy();
    },
  };
}

function httpOrigin(text: string): Origin | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:') return undefined;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80), authority: url.host };
}

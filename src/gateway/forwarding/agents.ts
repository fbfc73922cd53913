import { Agent } from 'node:http';
import type { Instance } from '@mscli/runtime/discovery';

/** Shorter than the 5 s after which many servers close an idle connection without saying so. */
const IDLE_SOCKET_MS = 4_000;
const IDLE_SOCKETS_PER_INSTANCE = 256;

/** Connections to the upstreams. */
export interface Agents {
  /** Keeps connections alive and uses them again. */
  readonly pooled: Agent;
  /** A new connection for each request. */
  readonly fresh: Agent;
  /** The instance's origin, parsed once for each record; undefined where it is not one of http. */
  urlOf(instance: Instance): URL | undefined;
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
  const urls = new WeakMap<Instance, URL | undefined>();
  return {
    pooled,
    fresh,
    urlOf(instance) {
      if (!urls.has(instance)) urls.set(instance, httpOrigin(instance.url));
      return urls.get(instance);
    },
    close() {
      pooled.destroy();
      fresh.destroy();
    },
  };
}

function httpOrigin(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' ? url : undefined;
}

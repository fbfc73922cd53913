import type { Dispatcher } from 'undici';
import { Breakers, type Transition } from '../breaker/index.js';
import { DiscoveryFile, discoveryPath } from '../discovery/index.js';
import type { HttpClient } from '../http/index.js';
import type { Logger } from '../telemetry/log.js';
import type { ServiceDefinition } from './define-service.js';
import type { Registrant } from './registration.js';

/** What a service calls others with. */
export interface Callers extends AsyncDisposable {
  readonly discovery: DiscoveryFile;
  readonly http: HttpClient;
  /** Who the service itself is in the discovery file. */
  readonly self: Registrant;
}

/** Options of {@link openCallers}. */
export interface CallersOptions {
  readonly name: string;
  readonly instanceId: string;
  readonly stateUrl: string;
  readonly log: Logger;
  readonly breakers: ServiceDefinition['breakers'];
  readonly connect: ((origin: string) => Dispatcher) | undefined;
}

/** Opens discovery, and on it the breakers and the HTTP client. */
export async function openCallers(options: CallersOptions): Promise<Callers> {
  const { name, instanceId, stateUrl, log, connect, breakers: optionsFor } = options;
  const [discovery, { HttpClient }] = await Promise.all([
    DiscoveryFile.open(discoveryPath(stateUrl), {
      onCorrupt: (corrupt) => log.warn({ corrupt }, 'the discovery file was damaged'),
      onError: (error) => log.error({ err: error }, 'the discovery file cannot be read'),
    }),
    import('../http/index.js'),
  ]);
  const breakers = new Breakers({
    caller: name,
    instanceId,
    discovery,
    ...(optionsFor && { optionsFor }),
    onTransition: (transition) => tell(log, transition),
    onError: (error) => log.warn({ err: error }, 'breaker reports cannot be written'),
  });
  const http = new HttpClient({ caller: name, discovery, breakers, ...(connect && { connect }) });
  return {
    discovery,
    http,
    self: { id: instanceId, service: name, pid: process.pid },
    async [Symbol.asyncDispose]() {
      await http.close();
      await breakers.close();
      await discovery.close();
    },
  };
}

function tell(log: Logger, { breaker, from, to }: Transition): void {
  const reason = to.kind === 'open' ? to.reason : undefined;
  const level = to.kind === 'open' || to.kind === 'forced-open' ? 'warn' : 'info';
  log[level]({ breaker, from: from.kind, to: to.kind, reason }, `the breaker ${breaker} is ${to.kind}`);
}

import type { Discovery } from '@mscli/runtime/discovery';
import type { Workspace } from '../workspace/index.js';
import { type BlastRadius, blastRadius } from './blast-radius.js';
import { checkBreakerName } from './check-breaker-name.js';
import { type CommandedBreaker, commandBreaker } from './command-breaker.js';
import { confirmOverride } from './confirm-override.js';

/** What an operator orders, and how to reach him. */
export interface OverrideOrder {
  kind: 'trip' | 'disable';
  name: string;
  author: string;
  forMs: number | undefined;
  reason: string | undefined;
  /** Whether he has said yes already. */
  isAgreed: boolean;
  /** Undefined where there is no terminal. */
  ask: ((question: string) => Promise<boolean>) | undefined;
  /** Told who will feel it, before anything is asked or done. */
  onRadius(radius: BlastRadius): void;
  signal: AbortSignal;
}

/** Shows who will feel it, has it confirmed, and gives the order. */
export async function overrideBreaker(
  order: OverrideOrder,
  { config, stateUrl }: Pick<Workspace, 'config' | 'stateUrl'>,
  discovery: () => Promise<Readonly<Discovery>>,
): Promise<CommandedBreaker & { blastRadius: BlastRadius }> {
  const { kind, name, author, forMs, reason, signal } = order;
  const services = Object.keys(config.services);
  const sides = checkBreakerName(name, services);
  const source = { routes: config.gateway.routes, services: config.services };
  const radius = blastRadius(sides, await discovery(), source);
  order.onRadius(radius);
  if (!order.isAgreed) await confirmOverride(kind, name, order.ask);
  const commanded = await commandBreaker(name, { kind, author, forMs, reason }, { stateUrl, services, signal });
  return { ...commanded, blastRadius: radius };
}

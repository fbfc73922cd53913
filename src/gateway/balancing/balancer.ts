import type { Instance } from '@mscli/runtime/discovery';
import type { Exchange } from '../exchange.js';
import type { InstanceLoads } from './instance-loads.js';

/** Chooses one of at least one candidate. */
export type Balancer = (
  candidates: readonly Instance[],
  exchange: Exchange,
  loads: InstanceLoads,
) => Instance | undefined;

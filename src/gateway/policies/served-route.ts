import type { Route } from '@mscli/runtime/discovery';
import type { RoutePass } from '../admission/pass.js';
import type { Balancer } from '../balancing/balancer.js';
import type { OutlierRule } from '../balancing/instance-loads.js';
import type { AnswerPass } from '../serving/answer-sink.js';
import type { RetryRule } from './retries.js';

/** A route with all that its policies need, composed once when the table is built. */
export interface ServedRoute extends Route {
  /** What a request goes through on this route, in order; empty where nothing is configured. */
  readonly passes: readonly RoutePass[];
  /** What an answer goes through, from the service to the client; empty where nothing is configured. */
  readonly answerPasses: readonly AnswerPass[];
  /** Whether the service sees another prefix than the client. */
  readonly hidesPrefix: boolean;
  /** Undefined: in turn. */
  readonly balancer: Balancer | undefined;
  readonly outliers: OutlierRule | undefined;
  /** Whether the running requests are counted by instance. */
  readonly countsLoad: boolean;
  /** For the forwarding to honour; undefined: the gateway's own. */
  readonly timeouts: RouteTimeouts | undefined;
  /** For the forwarding to honour where a body has no length; undefined: no limit. */
  readonly maxBodyBytes: number | undefined;
  /** For the forwarding to ask; undefined: nothing but what is always repeated. */
  readonly retries: RetryRule | undefined;
}

/** In milliseconds; undefined: the gateway's own limit, or none. */
export interface RouteTimeouts {
  readonly connectMs: number | undefined;
  readonly firstByteMs: number | undefined;
  readonly idleMs: number | undefined;
  readonly totalMs: number | undefined;
}

/** A route on which nothing is configured. */
export function bareRoute(route: Route): ServedRoute {
  return {
    ...route,
    passes: [],
    answerPasses: [],
    hidesPrefix: route.stripPrefix,
    balancer: undefined,
    outliers: undefined,
    countsLoad: false,
    timeouts: undefined,
    maxBodyBytes: undefined,
    retries: undefined,
  };
}

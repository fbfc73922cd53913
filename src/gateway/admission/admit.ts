import type { OwnAnswer } from '../answers/problem.js';
import type { AdmittedExchange, Exchange } from '../exchange.js';
import { askBreaker } from './ask-breaker.js';
import { checkExpectation } from './check-expectation.js';
import { checkHost } from './check-host.js';
import { checkMethod } from './check-method.js';
import { checkUpgrade } from './check-upgrade.js';
import { chooseInstance } from './choose-instance.js';
import { findRoute } from './find-route.js';
import type { Pass, RouteAnswer, RoutePass, Rules } from './pass.js';
import { readTarget } from './read-target.js';

/** What came of the passes: go on, or answer so. */
export type Decision = AdmittedExchange | RouteAnswer;

const toTheRoute: readonly Pass[] = [checkUpgrade, checkExpectation, checkMethod, checkHost, readTarget, findRoute];

/**
 * Walks the passes, with those of the route in the middle: fills the exchange in, or says what is answered instead.
 * Gives a promise only where a pass of the route has to wait.
 */
export function admit(exchange: Exchange, rules: Rules): Decision | Promise<Decision> {
  const refusal = walk(toTheRoute, exchange, rules);
  if (refusal !== undefined) return refusal;
  const passes = exchange.route?.passes ?? [];
  if (passes.length === 0) return finish(exchange, rules);
  const answer = walkRoute(passes, 0, exchange, rules);
  if (answer instanceof Promise) return answer.then((late) => late ?? finish(exchange, rules));
  return answer ?? finish(exchange, rules);
}

function walk(passes: readonly Pass[], exchange: Exchange, rules: Rules): OwnAnswer | undefined {
  for (const pass of passes) {
    const refusal = pass(exchange, rules);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function walkRoute(
  passes: readonly RoutePass[],
  from: number,
  exchange: Exchange,
  rules: Rules,
): ReturnType<RoutePass> {
  for (let i = from; i < passes.length; i++) {
    const answer = passes[i]?.(exchange, rules);
    if (answer instanceof Promise) return answer.then((late) => late ?? walkRoute(passes, i + 1, exchange, rules));
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** A service that is being restarted is waited for, once. The permit comes last, so that no later refusal leaves it unsettled. */
function finish(exchange: Exchange, rules: Rules, hasWaited = false): Decision | Promise<Decision> {
  const missing = chooseInstance(exchange, rules);
  if (missing === undefined) return askBreaker(exchange, rules) ?? (exchange as AdmittedExchange);
  const coming = hasWaited ? undefined : rules.nextComing(exchange.service);
  return coming === undefined ? missing : coming.then(() => finish(exchange, rules, true));
}

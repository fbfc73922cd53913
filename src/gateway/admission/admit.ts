import type { Problem } from '../answers/problem.js';
import type { AdmittedExchange, Exchange } from '../exchange.js';
import { askBreaker } from './ask-breaker.js';
import { checkExpectation } from './check-expectation.js';
import { checkHost } from './check-host.js';
import { checkMethod } from './check-method.js';
import { checkUpgrade } from './check-upgrade.js';
import { chooseInstance } from './choose-instance.js';
import { findRoute } from './find-route.js';
import type { Pass, Rules } from './pass.js';
import { readTarget } from './read-target.js';

/** In this order. The permit comes last, so that no later refusal leaves it unsettled. */
const passes: readonly Pass[] = [
  checkUpgrade,
  checkExpectation,
  checkMethod,
  checkHost,
  readTarget,
  findRoute,
  chooseInstance,
  askBreaker,
];

/** Walks the passes: fills the exchange in, or says why the request is not forwarded. */
export function admit(exchange: Exchange, rules: Rules): AdmittedExchange | Problem {
  for (const pass of passes) {
    const refusal = pass(exchange, rules);
    if (refusal !== undefined) return refusal;
  }
  return exchange as AdmittedExchange;
}

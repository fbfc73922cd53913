import type { Instance } from '@mscli/runtime/discovery';
import type { Rules } from '../admission/pass.js';
import type { AdmittedExchange } from '../exchange.js';
import { type AttemptResult, mayRepeat } from '../policies/retries.js';

const MOST_INSTANCES = 3;

/** The instances that a request was tried at, and which one is next. */
export class Attempts {
  readonly #exchange: AdmittedExchange;
  readonly #rules: Rules;
  /** Those that have failed at it. */
  readonly #tried: Instance[] = [];
  #unreachable = 0;
  #repeated = 0;
  #hasWaited = false;

  constructor(exchange: AdmittedExchange, rules: Rules) {
    this.#exchange = exchange;
    this.#rules = rules;
  }

  /** There was no connection: goes to another instance, where there is one. */
  moveOn(): boolean {
    this.#unreachable += 1;
    const other = this.#unreachable < MOST_INSTANCES ? this.#next() : undefined;
    if (other !== undefined) this.#exchange.instance = other;
    return other !== undefined;
  }

  /** No instance could be reached: waits for one where the service is being restarted, and says whether it came. */
  comeBack(): Promise<boolean> | undefined {
    if (this.#hasWaited || this.#unreachable >= MOST_INSTANCES) return undefined;
    this.#hasWaited = true;
    return this.#rules.nextComing(this.#exchange.service)?.then(() => {
      // The new process has the name of the one that was tried.
      const instance = this.#rules.nextInstance(this.#exchange);
      if (instance !== undefined) this.#exchange.instance = instance;
      return instance !== undefined;
    });
  }

  /** The request was made and failed: goes to another instance, or to the same one, where the route has it made once more. */
  repeat(result: AttemptResult): boolean {
    const { retries } = this.#exchange.route;
    if (retries === undefined || !mayRepeat(retries, this.#exchange, result, this.#repeated)) return false;
    this.#repeated += 1;
    this.#exchange.instance = this.#next() ?? this.#exchange.instance;
    return true;
  }

  #next(): Instance | undefined {
    this.#tried.push(this.#exchange.instance);
    return this.#rules.nextInstance(this.#exchange, this.#tried);
  }
}

import type { Breaker } from '../breaker/breaker.js';
import { MscliError } from '../errors.js';
import { Bulkhead } from '../policies/bulkhead.js';
import { hedge } from '../policies/hedge.js';
import { retry } from '../policies/retry.js';
import { RetryBudget } from '../policies/retry-budget.js';
import { CallError } from './call-error.js';
import { type CallName, overloaded, timedOut } from './call-failures.js';
import { type Deadline, DeadlineExpired, startDeadline } from './deadline.js';
import { decode } from './decode.js';
import { type Attempt, exchange } from './exchange.js';
import { InstancePools } from './instance-pools.js';
import { isOutage, isRepeatable, isWorthRetrying } from './may-repeat.js';
import { requestHeaders } from './request-headers.js';
import type { Answer, CallOptions, HttpClientOptions } from './types.js';

const defaultAttempts = 3;

/** What the calls to one service share. */
interface Callee {
  breaker: Breaker;
  bulkhead: Bulkhead;
  budget: RetryBudget;
}

/**
 * Calls other services. What a call has around it, from the outside to the inside: its fallback, its deadline, retries with a budget,
 * hedging, the bulkhead, the breaker's permit, the timeout of the attempt. So every attempt asks for a place and for a permit of its
 * own and goes to the next ready instance in turn, nobody holds a permit while waiting, and all of it ends at the deadline or
 * when the caller gives up.
 *
 * For the breaker, connection errors, timeouts and 5xx are failures, other answers successes, and a call that its caller
 * gave up is neither; the service's own `breakers` may say otherwise.
 */
export class HttpClient implements AsyncDisposable {
  readonly #caller: string;
  readonly #breakers: HttpClientOptions['breakers'];
  readonly #deadlineMs: number;
  readonly #maxBodyBytes: number;
  readonly #pools: InstancePools;
  readonly #options: HttpClientOptions;
  readonly #callees = new Map<string, Callee>();

  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#caller = options.caller;
    this.#breakers = options.breakers;
    this.#deadlineMs = options.deadlineMs ?? 5000;
    this.#maxBodyBytes = options.maxBodyBytes ?? 10 * 1024 * 1024;
    this.#pools = new InstancePools(options.discovery, options.connect);
  }

  /** `GET`, see {@link request}. */
  get<Body = unknown>(service: string, path: string, options: CallOptions<Body> = {}): Promise<Answer<Body>> {
    return this.request(service, path, { ...options, method: 'GET' });
  }

  /** `POST` with a JSON body, see {@link request}. */
  post<Body = unknown>(
    service: string,
    path: string,
    json?: unknown,
    options: CallOptions<Body> = {},
  ): Promise<Answer<Body>> {
    return this.request(service, path, { ...options, method: 'POST', json });
  }

  /** `PUT` with a JSON body, see {@link request}. */
  put<Body = unknown>(
    service: string,
    path: string,
    json?: unknown,
    options: CallOptions<Body> = {},
  ): Promise<Answer<Body>> {
    return this.request(service, path, { ...options, method: 'PUT', json });
  }

  /** `DELETE`, see {@link request}. */
  delete<Body = unknown>(service: string, path: string, options: CallOptions<Body> = {}): Promise<Answer<Body>> {
    return this.request(service, path, { ...options, method: 'DELETE' });
  }

  /**
   * Makes a call, and makes it again where that may help and does no harm.
   *
   * @param service - the callee, such as `product-service`
   * @param path - absolute, with the query, such as `/products?limit=10`
   * @throws CallError whatever happened but a 2xx answer
   * @throws the signal's reason when the caller gave the call up
   */
  async request<Body = unknown>(service: string, path: string, options: CallOptions<Body> = {}): Promise<Answer<Body>> {
    const method = options.method ?? (options.json === undefined ? 'GET' : 'POST');
    const call: CallName = { caller: this.#caller, service, method, path };
    if (!path.startsWith('/')) throw new MscliError('INVALID_PATH', `The path '${path}' does not begin with '/'.`);
    options.signal?.throwIfAborted();
    const { fallback } = options;
    try {
      return await this.#inTime(call, options);
    } catch (error) {
      if (fallback === undefined || !isOutage(error)) throw error;
      return { status: 200, headers: {}, body: await fallback(error), isFallback: true };
    }
  }

  /** Disposes of the connections, after the calls under way. */
  async close(): Promise<void> {
    await this.#pools[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #inTime<Body>(call: CallName, options: CallOptions<Body>): Promise<Answer<Body>> {
    const deadlineMs = options.deadlineMs ?? this.#deadlineMs;
    const endsAt = performance.now() + deadlineMs;
    using deadline = startDeadline(deadlineMs, options.signal);
    try {
      return await this.#repeated(call, options, deadline, () => endsAt - performance.now());
    } catch (error) {
      if (deadline.ended === 'given up') throw options.signal?.reason;
      // It was waiting, for its turn or between two attempts.
      if (error instanceof DeadlineExpired) throw timedOut(call, error.ms, error);
      throw error;
    }
  }

  #repeated<Body>(
    call: CallName,
    options: CallOptions<Body>,
    deadline: Deadline,
    leftMs: () => number,
  ): Promise<Answer<Body>> {
    const { signal } = deadline;
    const callee = this.#callee(call.service);
    const { budget } = callee;
    const mayRepeat = isRepeatable(call.method, options as CallOptions<never>);
    const afterMs = mayRepeat ? options.hedgeAfterMs : undefined;
    const attempt: Omit<Attempt, 'signal' | 'timeoutMs'> = {
      call,
      headers: requestHeaders(this.#caller, options),
      body: options.json === undefined ? null : JSON.stringify(options.json),
      breaker: callee.breaker,
      pools: this.#pools,
      maxBodyBytes: this.#maxBodyBytes,
    };
    const once = async (signal: AbortSignal) => {
      using place = await callee.bulkhead.enter(signal);
      if (place === undefined) throw overloaded(call);
      const timeoutMs = options.attemptMs ?? Number.POSITIVE_INFINITY;
      return decode(call, await exchange({ ...attempt, timeoutMs, signal }), options.answer);
    };
    return retry(() => (afterMs === undefined ? once(signal) : hedge(once, { afterMs, budget, signal })), {
      attempts: options.attempts ?? (mayRepeat ? defaultAttempts : 1),
      isRetriable: isWorthRetrying,
      retryAfterMs: (error) => (error instanceof CallError ? error.retryAfterMs : undefined),
      leftMs,
      budget,
      signal,
    });
  }

  #callee(service: string): Callee {
    const known = this.#callees.get(service);
    if (known !== undefined) return known;
    const { bulkhead, retryBudget } = this.#options;
    const callee = {
      breaker: this.#breakers.for(service),
      bulkhead: new Bulkhead(bulkhead),
      budget: new RetryBudget(retryBudget),
    };
    this.#callees.set(service, callee);
    return callee;
  }
}

import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import type { Outcome, Permit } from '../breaker/types.js';
import { MscliError } from '../errors.js';
import { CallError } from './call-error.js';
import {
  badStatus,
  type CallName,
  connectionFailed,
  noInstance,
  refused,
  timedOut,
  unusableAnswer,
} from './call-failures.js';
import { type Deadline, startDeadline } from './deadline.js';
import { InstancePools } from './instance-pools.js';
import { BodyTooLarge, isJson, readBody } from './read-body.js';
import { requestHeaders } from './request-headers.js';
import type { Answer, CallOptions, HttpClientOptions } from './types.js';

/**
 * Calls other services. Each call asks the callee's breaker for a permit, goes to the next ready instance in turn, and ends at its
 * deadline, whatever it is doing. It is made once: who wants it repeated decides that by {@link CallError.retriable}.
 *
 * For the breaker, connection errors, timeouts and 5xx are failures, other answers successes, and a call that its caller
 * gave up is neither.
 */
export class HttpClient implements AsyncDisposable {
  readonly #caller: string;
  readonly #breakers: HttpClientOptions['breakers'];
  readonly #deadlineMs: number;
  readonly #maxBodyBytes: number;
  readonly #pools: InstancePools;

  constructor(options: HttpClientOptions) {
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
   * Makes one call.
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
    const body = options.json === undefined ? null : JSON.stringify(options.json);
    const breaker = this.#breakers.for(service);
    const permit = breaker.acquire();
    if (permit === undefined) throw refused(call, breaker.retryAfterMs());
    return decode(call, await this.#exchange(call, body, options, permit), options.answer);
  }

  /** Disposes of the connections, after the calls under way. */
  async close(): Promise<void> {
    await this.#pools[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Settles the permit exactly once, whatever happens. */
  async #exchange(call: CallName, body: string | null, options: CallOptions, permit: Permit): Promise<Answer> {
    const deadlineMs = options.deadlineMs ?? this.#deadlineMs;
    const startedAt = performance.now();
    using deadline = startDeadline(deadlineMs, options.signal);
    try {
      const instance = this.#pools.next(call.service);
      if (instance === undefined) throw noInstance(call);
      const response = await this.#pools.to(instance).request({
        method: call.method as Dispatcher.HttpMethod,
        path: call.path,
        headers: requestHeaders(call.caller, options),
        body,
        signal: deadline.signal,
      });
      const text = await readBody(response.body, this.#maxBodyBytes);
      permit.settle(response.statusCode >= 500 ? 'failure' : 'success', performance.now() - startedAt);
      return { status: response.statusCode, headers: response.headers, body: text };
    } catch (cause) {
      const { outcome, error } = judge(call, cause, deadline.ended, deadlineMs);
      permit.settle(outcome, performance.now() - startedAt);
      throw error;
    }
  }
}

/** What a failed exchange says about the callee, and to the caller. */
function judge(
  call: CallName,
  cause: unknown,
  ended: Deadline['ended'],
  deadlineMs: number,
): { outcome: Outcome; error: unknown } {
  if (ended === 'expired') return { outcome: 'failure', error: timedOut(call, deadlineMs, cause) };
  if (ended === 'given up') return { outcome: 'ignored', error: cause };
  // The callee is well, it is the caller that cannot take the answer or that asked for something impossible.
  if (cause instanceof BodyTooLarge) {
    return { outcome: 'success', error: unusableAnswer(call, 'a body above the limit', cause) };
  }
  if (cause instanceof CallError || isInvalidArgument(cause)) return { outcome: 'ignored', error: cause };
  return { outcome: 'failure', error: connectionFailed(call, cause) };
}

/** Undici's `InvalidArgumentError`: nothing was sent. */
function isInvalidArgument(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'UND_ERR_INVALID_ARG';
}

async function decode<Body>(call: CallName, raw: Answer, schema: z.ZodType<Body> | undefined): Promise<Answer<Body>> {
  const isGood = raw.status >= 200 && raw.status < 300;
  const parsed = parse(raw);
  if (!isGood) throw badStatus(call, { ...raw, body: parsed.kind === 'ok' ? parsed.body : raw.body });
  if (parsed.kind === 'broken') throw unusableAnswer(call, 'a body that is not the JSON it claims to be', parsed.cause);
  return { ...raw, body: await understand(call, parsed.body, schema) };
}

/** Without a schema the caller takes whatever came, which is what `Body` says then. */
async function understand<Body>(call: CallName, body: unknown, schema: z.ZodType<Body> | undefined): Promise<Body> {
  if (schema === undefined) return body as Body;
  const { success, data, error } = await schema.safeParseAsync(body);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`).join('; ');
  throw unusableAnswer(call, `a body that was not expected (${faults})`, error);
}

function parse({ headers, body }: Answer): { kind: 'ok'; body: unknown } | { kind: 'broken'; cause: unknown } {
  if (body === '') return { kind: 'ok', body: undefined };
  if (!isJson(headers['content-type'])) return { kind: 'ok', body };
  try {
    return { kind: 'ok', body: JSON.parse(String(body)) };
  } catch (cause) {
    return { kind: 'broken', cause };
  }
}

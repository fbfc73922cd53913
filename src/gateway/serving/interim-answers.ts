import { interimHeaders } from '../headers/relayed-fields.js';
import type { AnswerHead } from '../http1/answer-reader.js';
import type { Expiring, TickTimer } from '../timing/ticker.js';
import type { Client } from './client.js';
import type { ServingContext } from './context.js';

/**
 * Passes interim answers on. An upstream that never sends a 100 would keep a client waiting that asked for one, so after a
 * while the gateway sends it (RFC 9110 §10.1.1).
 */
export class InterimAnswers implements Expiring {
  readonly #client: Client;
  readonly #context: ServingContext;
  #timer: TickTimer | undefined;
  #isContinued = false;

  constructor(client: Client, context: ServingContext) {
    this.#client = client;
    this.#context = context;
  }

  /** The upstream has been asked for a client that waits for a 100. */
  start(): void {
    if (this.#isContinued) return;
    this.#timer ??= this.#context.ticker.timer(this);
    this.#timer.set(this.#context.limits.continueMs);
  }

  stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  tell(head: AnswerHead): void {
    if (head.status === 100) this.#continue();
    // RFC 9110 §15.2: a client of HTTP/1.0 does not know them.
    else if (this.#client.request.httpVersion !== '1.0') {
      this.#client.inform(head.status, head.reason, interimHeaders(head));
    }
  }

  expire(): void {
    this.#continue();
  }

  #continue(): void {
    if (!this.#client.expects || this.#isContinued) return;
    this.#isContinued = true;
    this.#client.inform(100, 'Continue', []);
  }
}

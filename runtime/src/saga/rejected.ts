import { MscliError } from '../errors.js';

/**
 * A business refusal, such as "out of stock": thrown by a step, it is not retried, and the saga compensates.
 * The step promises that it has done nothing. Thrown by a route, it is answered with `status`.
 */
export class Rejected extends MscliError {
  override readonly name = 'Rejected';
  /** Tells the runner not to try again. */
  readonly retriable = false;
  /** The HTTP status a route answers with, 400 to 499. */
  readonly status: number;

  /**
   * @param message one sentence for the caller, such as `Only 2 of product 7 are left.`
   * @param options.code stable, upper snake case. Default `REJECTED`.
   * @param options.status what a route answers with. Default 409.
   */
  constructor(message: string, options: { code?: string; status?: number; hint?: string; cause?: unknown } = {}) {
    super(options.code ?? 'REJECTED', message, options);
    this.status = options.status ?? 409;
  }
}

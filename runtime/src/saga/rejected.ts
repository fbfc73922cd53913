import { MscliError } from '../errors.js';

/**
 * A business refusal, such as "out of stock": thrown by a step, it is not retried, and the saga compensates.
 * The step promises that it has done nothing. Thrown by a route, it is answered with 409.
 */
export class Rejected extends MscliError {
  override readonly name = 'Rejected';
  /** Tells the runner not to try again. */
  readonly retriable = false;

  /**
   * @param message one sentence for the caller, such as `Only 2 of product 7 are left.`
   * @param options.code stable, upper snake case. Default `REJECTED`.
   */
  constructor(message: string, options: { code?: string; hint?: string; cause?: unknown } = {}) {
    super(options.code ?? 'REJECTED', message, options);
  }
}

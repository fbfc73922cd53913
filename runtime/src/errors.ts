/**
 * The one error base of mscli: every failure that a person may see is one of these.
 *
 * `message` is one sentence that holds the offending value; `hint` says what to do about it.
 * Code tests `code`, never the text.
 */
export class MscliError extends Error {
  override readonly name: string = 'MscliError';
  /** Stable, upper snake case, such as `PORT_TAKEN`. */
  readonly code: string;
  /** What the reader can do about it, one sentence. */
  readonly hint: string | undefined;

  /**
   * @param code stable, upper snake case, such as `PORT_TAKEN`
   * @param message one sentence that holds the offending value
   * @param options.hint what the reader can do about it, one sentence
   * @param options.cause the error below
   */
  constructor(code: string, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
  }
}

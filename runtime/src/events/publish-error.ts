import { MscliError } from '../errors.js';

/** An event that the broker has not confirmed. Publishing it again with the same id makes no second event of it. */
export class PublishError extends MscliError {
  override readonly name = 'PublishError';
  declare readonly code: 'PUBLISH_FAILED';
  /** A broker comes back. */
  readonly retriable = true;
  /** Whether the broker may have the event: it was sent, and no confirm came. A saga undoes the step then. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, { outcomeUnknown, cause }: { outcomeUnknown: boolean; cause?: unknown }) {
    super('PUBLISH_FAILED', message, { hint: 'Look whether the broker runs: mscli ps, mscli doctor.', cause });
    this.outcomeUnknown = outcomeUnknown;
  }
}

import { failure, type MscliError } from '../errors.js';

/** A flag's value that makes no sense. oclif puts its own words around the message of what a flag throws, and leaves the cause alone. */
export class FlagFault extends Error {
  override readonly name = 'FlagFault';
  declare readonly cause: MscliError;

  /** @param form - what the value must be, such as `a whole number from 1` */
  constructor(flag: string, value: string, form: string) {
    const cause = failure('USAGE', `--${flag} is "${value}", but must be ${form}.`);
    super(cause.message, { cause });
  }
}

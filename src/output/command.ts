import { Command, Flags } from '@oclif/core';
import { exitCodeOf, MscliError } from '../errors.js';
import { findWorkspace, type Workspace } from '../workspace/index.js';
import { Output } from './output.js';

/**
 * What every command shares: `--json`, one way to print, one way to fail, one signal that Ctrl-C aborts.
 * A command parses its flags, makes one call into a domain with `this.signal`, and prints.
 */
export abstract class MscliCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ description: 'print the result as JSON (streams: one object a line)', helpGroup: 'GLOBAL' }),
  };

  readonly #abort = new AbortController();
  /** Aborted by the first SIGINT or SIGTERM; a second SIGINT ends the process at once. */
  protected readonly signal = this.#abort.signal;
  protected readonly output = new Output({ json: this.argv.includes('--json') });

  override async init(): Promise<void> {
    await super.init();
    const stop = (signal: NodeJS.Signals) => {
      if (this.#abort.signal.aborted) process.exit(130);
      this.#abort.abort(new MscliError('INTERRUPTED', `stopped by ${signal}`));
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  }

  /** The workspace that holds the current folder; fails with `NO_WORKSPACE` outside one. */
  protected workspace(): Promise<Workspace> {
    return findWorkspace(process.cwd());
  }

  override async catch(error: Error & { oclif?: { exit?: number } }): Promise<never> {
    this.output.failure(error);
    process.exit(error.oclif?.exit ?? exitCodeOf(error));
  }
}

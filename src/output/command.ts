import { Command, Flags } from '@oclif/core';
import { exitCodeOf, failure, MscliError } from '../errors.js';
import { FlagFault } from '../flags/flag-fault.js';
import { findRoot, statePlace } from '../workspace/find-root.js';
import type { Workspace } from '../workspace/index.js';
import { Output } from './output.js';

/**
 * What every command shares: `--json`, one way to print, one way to fail, one signal that Ctrl-C aborts.
 * A command parses its flags, makes one call into a domain with `this.signal`, and prints.
 *
 * A stream that the user ends (`events tail`, `logs --follow`) returns when the signal aborts, and the command succeeds;
 * anything else that is interrupted rejects and exits with 130. A reader that closes the pipe ends every command with 0.
 */
export abstract class MscliCommand extends Command {
  static override baseFlags = {
    json: Flags.boolean({ description: 'print the result as JSON (streams: one object a line)', helpGroup: 'GLOBAL' }),
  };

  readonly #abort = new AbortController();
  #pipeClosed = false;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP; a second SIGINT ends the process at once. */
  protected readonly signal = this.#abort.signal;
  protected readonly output = new Output({ json: asksForJson(this.argv) });

  override async init(): Promise<void> {
    await super.init();
    // oclif would take the lines of a script's or a loop's standard input for an argument that was left out.
    for (const arg of Object.values(this.ctor.args)) arg.ignoreStdin = true;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => this.#interrupt(signal));
    // oclif's own listener throws at a closed terminal, and would end us in the middle of a stop.
    process.stdout.removeAllListeners('error');
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (!isReaderGone(error)) this.#fail(failure('WRITE_FAILED', 'The output cannot be written.', { cause: error }));
      this.#pipeClosed = true;
      this.#abort.abort(new MscliError('INTERRUPTED', 'the reader of the output closed the pipe'));
    });
    // Talk that nobody hears any more is no reason to end; what must end with the terminal is told by SIGHUP.
    process.stderr.on('error', (error: NodeJS.ErrnoException) => {
      if (!isReaderGone(error)) process.exit(exitCodeOf(failure('WRITE_FAILED', error.message)));
    });
    // Node would print the line of the bundle where it happened, which is most of the bundle.
    process.on('uncaughtException', (error) => this.#fail(error));
  }

  /** The workspace that holds the current folder; fails with `NO_WORKSPACE` outside one. */
  protected async workspace(): Promise<Workspace> {
    const { findWorkspace } = await import('../workspace/index.js');
    return findWorkspace(process.cwd());
  }

  /** The state URL of that workspace, without reading its mscli.yaml: for commands that only look. */
  protected stateUrl(): string {
    return statePlace(findRoot(process.cwd())).stateUrl;
  }

  /** Called at a Ctrl-C, whose `^C` would else stand before what comes next, the shell's prompt for one. */
  protected endLine(): void {
    this.output.endLine();
  }

  override async catch(thrown: Error & { oclif?: { exit?: number } }): Promise<never> {
    if (this.#pipeClosed) process.exit(0);
    if (thrown instanceof FlagFault) this.#fail(thrown.cause);
    // oclif marks its errors so, and its parser alone is in use here.
    if ('oclif' in thrown) {
      const { usageFailure } = await import('./usage-failure.js');
      const { baseFlags, flags } = this.ctor;
      this.#fail(usageFailure(thrown, { id: this.id ?? '', flags: Object.keys({ ...baseFlags, ...flags }) }));
    }
    this.#fail(this.signal.aborted && isAbort(thrown) ? (this.signal.reason as Error) : thrown);
  }

  #fail(error: Error & { oclif?: { exit?: number } }): never {
    this.output.failure(error);
    process.exit(error.oclif?.exit ?? exitCodeOf(error));
  }

  #interrupt(signal: NodeJS.Signals): void {
    if (signal === 'SIGINT') this.endLine();
    if (this.#abort.signal.aborted && signal === 'SIGINT') process.exit(130);
    this.#abort.abort(new MscliError('INTERRUPTED', `stopped by ${signal}`));
  }
}

function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}

/** A pipe without a reader, or a terminal that was closed. */
function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EPIPE' || code === 'EIO' || code === 'ENXIO' || code === 'ERR_STREAM_DESTROYED';
}

/** Node's own functions reject with an AbortError, some wrapping the reason; ours say themselves what was interrupted. */
function isAbort(error: Error): boolean {
  return error.name === 'AbortError';
}

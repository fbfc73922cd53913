import { MscliError } from '../errors.js';
import { fold } from '../text/fold.js';
import { printable } from '../text/printable.js';
import { coloured, plain, type Style } from '../text/style.js';

/** What a text may know of the terminal that it is made for. */
export interface Look {
  readonly style: Style;
  /** Width of the terminal; 80 where there is none. */
  readonly columns: number;
  /** Where a line must be broken: at that width on a terminal, nowhere else, so that a row stays a line for grep. */
  readonly limit: number;
}

type Stream = Pick<NodeJS.WriteStream, 'write'> & { isTTY?: boolean; columns?: number };

export interface OutputOptions {
  json: boolean;
  stdout?: Stream;
  stderr?: Stream;
  env?: Readonly<Record<string, string | undefined>>;
}

/** The only writer to stdout and stderr: results go to stdout, talk goes to stderr. */
export class Output {
  readonly json: boolean;
  /** For text that goes to stdout. */
  readonly look: Look;
  readonly #stdout: Stream;
  readonly #stderr: Stream;
  readonly #talkStyle: Style;
  readonly #showStacks: boolean;

  constructor({ json, stdout = process.stdout, stderr = process.stderr, env = process.env }: OutputOptions) {
    this.json = json;
    this.#stdout = stdout;
    this.#stderr = stderr;
    const columns = stdout.columns ?? 80;
    this.look = { style: styleFor(stdout, env), columns, limit: stdout.isTTY ? columns : Number.POSITIVE_INFINITY };
    this.#talkStyle = styleFor(stderr, env);
    this.#showStacks = Boolean(env.MSCLI_DEBUG);
  }

  /** The command's result: `value` as JSON with `--json`, else the text made from it. */
  result<T>(value: T, text: (value: T, look: Look) => string): void {
    this.#stdout.write(this.json ? `${JSON.stringify(value, null, 2)}\n` : this.#folded(text(value, this.look)));
  }

  /** One element of a stream: NDJSON with `--json`, else a line. */
  row<T>(value: T, text: (value: T, look: Look) => string): void {
    this.#stdout.write(this.json ? `${JSON.stringify(value)}\n` : this.#folded(text(value, this.look)));
  }

  /** What mscli says to a person is left as it is: it may hold a command to copy. */
  #folded(text: string): string {
    return fold(shown(text, this.#stdout), this.look.limit);
  }

  /** Talk: progress and notes for a person. */
  say(text: string): void {
    this.#stderr.write(shown(text, this.#stderr));
  }

  /** Talk that is painted for where it goes. */
  talk(text: (look: { style: Style }) => string): void {
    this.say(text({ style: this.#talkStyle }));
  }

  /** On a terminal, begins a new line: after a key such as Ctrl-C, which it echoes. */
  endLine(): void {
    if (this.#stderr.isTTY) this.#stderr.write('\n');
  }

  /** An error: what is wrong, why, and what to do about it. `MSCLI_DEBUG=1` adds the stack. */
  failure(error: Error): void {
    const { code, hint } = explain(error);
    if (this.json) {
      const cause = causeOf(error);
      this.#stderr.write(`${JSON.stringify({ error: { code, message: error.message, hint, cause } })}\n`);
    } else {
      const { red, dim } = this.#talkStyle;
      const cause = causeOf(error);
      this.say(`${red('error:')} ${error.message}`);
      if (cause !== undefined) this.say(dim(`  because: ${cause}`));
      if (hint !== undefined) this.say(`  ${hint}`);
    }
    if (this.#showStacks) this.say(error.stack ?? '');
  }
}

function styleFor(stream: Stream, env: Readonly<Record<string, string | undefined>>): Style {
  if (env.NO_COLOR) return plain;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return coloured;
  return stream.isTTY === true && env.TERM !== 'dumb' ? coloured : plain;
}

/** A fault of the user's input, of the surroundings, or, where nothing has given it a code, of mscli itself. */
function explain(error: Error): { code: string; hint: string | undefined } {
  if (error instanceof MscliError) return { code: error.code, hint: error.hint };
  if ('oclif' in error) return { code: 'USAGE', hint: undefined };
  if ('syscall' in error) return { code: 'SYSTEM', hint: 'MSCLI_DEBUG=1 shows what mscli asked of the system.' };
  return { code: 'INTERNAL', hint: 'mscli did not expect this; MSCLI_DEBUG=1 shows where it happened.' };
}

/** The innermost cause: the ones between mostly repeat it. */
function causeOf(error: Error): string | undefined {
  let cause: unknown = error.cause;
  while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
  if (!(cause instanceof Error)) return undefined;
  const text = cause.message || (cause as NodeJS.ErrnoException).code;
  return text === undefined || error.message.includes(text) ? undefined : text;
}

function shown(text: string, { isTTY }: Stream): string {
  const safe = isTTY === true ? printable(text) : text;
  return safe === '' || safe.endsWith('\n') ? safe : `${safe}\n`;
}

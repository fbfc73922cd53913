import { MscliError } from '../errors.js';

/** The only writer to stdout and stderr: results go to stdout, talk goes to stderr. */
export class Output {
  readonly json: boolean;

  constructor(options: { json: boolean }) {
    this.json = options.json;
  }

  /** The command's result: `value` as JSON with `--json`, else the text made from it. */
  result<T>(value: T, text: (value: T) => string): void {
    process.stdout.write(this.json ? `${JSON.stringify(value, null, 2)}\n` : ensureNewline(text(value)));
  }

  /** One element of a stream: NDJSON with `--json`, else a line. */
  row<T>(value: T, text: (value: T) => string): void {
    process.stdout.write(this.json ? `${JSON.stringify(value)}\n` : ensureNewline(text(value)));
  }

  /** Talk: progress and notes for a person. */
  say(text: string): void {
    process.stderr.write(ensureNewline(text));
  }

  failure(error: Error): void {
    const known = error instanceof MscliError ? error : undefined;
    if (this.json) {
      process.stderr.write(
        `${JSON.stringify({ error: { code: known?.code ?? 'FAILED', message: error.message, hint: known?.hint } })}\n`,
      );
      return;
    }
    process.stderr.write(`error: ${error.message}\n`);
    if (known?.hint) process.stderr.write(`  ${known.hint}\n`);
  }
}

function ensureNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

import { Args, Flags } from '@oclif/core';
import { wholeNumber } from '../flags/whole-number.js';
import { MscliCommand } from '../output/command.js';
import { describeLogLine } from '../supervisor/describe-log-line.js';
import { processPrefix } from '../supervisor/process-colour.js';
import { readLogs } from '../supervisor/read-logs.js';
import { plain } from '../text/style.js';

export default class Logs extends MscliCommand {
  static override description = `show what processes have said

Reads the kept logs, so nothing needs to be running; the lines of several come in the order of their times. Without a
name it shows the gateway and all services; what the broker says is shown by its name. An error is a record of several
lines with its stack, and is not cut; with --json each record is one line.`;
  static override examples = [
    '<%= config.bin %> logs order-service --follow',
    {
      description: 'of several, the last 20 lines of each',
      command: '<%= config.bin %> logs order-service gateway -n 20',
    },
  ];
  static override strict = false;
  static override args = { process: Args.string({ description: 'process or service; several may be named' }) };
  static override flags = {
    follow: Flags.boolean({ char: 'f', description: 'go on with what they say from now on' }),
    lines: wholeNumber({
      char: 'n',
      description: 'how many lines of each, more where a record would be cut',
      default: 100,
      min: 0,
    }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Logs);
    const { processes, lines } = await readLogs({
      cwd: process.cwd(),
      names: argv as string[],
      follow: flags.follow,
      count: flags.lines,
      height: (record) => (this.output.json ? 1 : linesOf(record)),
      signal: this.signal,
    });
    for await (const entry of lines) {
      this.output.row(entry, ({ process, line }, { style }) => {
        const prefix = processes.length > 1 ? processPrefix(process, processes, style) : '';
        const text = describeLogLine(line, style).split('\n');
        return text.map((part) => prefix + part).join('\n');
      });
    }
  }
}

function linesOf(record: string): number {
  return describeLogLine(record, plain).split('\n').length;
}

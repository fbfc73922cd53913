import { Args } from '@oclif/core';
import { duration } from '../flags/duration.js';
import { MscliCommand } from '../output/command.js';
import { waitReady } from '../supervisor/wait-ready.js';
import { findRoot, statePlace } from '../workspace/index.js';

export default class Wait extends MscliCommand {
  static override description = `wait until services are ready

Without a name it waits for everything. Exits with 0 when all of them are, and with 8 when they are not within the timeout: made for scripts.`;
  static override examples = ['<%= config.bin %> wait', '<%= config.bin %> wait order-service --timeout 30s'];
  static override strict = false;
  static override args = {
    process: Args.string({ description: 'process or service; several may be named' }),
  };
  static override flags = {
    timeout: duration({
      description: 'how long to wait',
      default: 60_000,
      defaultHelp: async () => '60s',
      helpValue: '30s',
    }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Wait);
    const { stateFolder } = statePlace(findRoot(process.cwd()));
    const processes = await waitReady({
      stateFolder,
      names: argv as string[],
      timeoutMs: flags.timeout,
      signal: this.signal,
    });
    this.output.result({ processes }, () => processes.map(({ name }) => `${name} is ready.`).join('\n'));
  }
}

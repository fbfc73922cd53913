import { Args } from '@oclif/core';
import { duration } from '../flags/duration.js';
import { MscliCommand } from '../output/command.js';
import { restartAndWait } from '../supervisor/wait-ready.js';
import { findRoot, statePlace } from '../workspace/index.js';

export default class Restart extends MscliCommand {
  static override description = `restart services, the gateway or the broker

Services are built first; one that does not build runs on as it is. Of a service's instances one is restarted after the other. Returns when all are ready again.`;
  static override examples = ['<%= config.bin %> restart order-service', '<%= config.bin %> restart gateway'];
  static override strict = false;
  static override args = {
    process: Args.string({ description: 'process or service; several may be named', required: true }),
  };
  static override flags = {
    timeout: duration({
      description: 'how long to wait',
      default: 60_000,
      defaultHelp: async () => '60s',
      helpValue: '60s',
    }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Restart);
    const { stateFolder } = statePlace(findRoot(process.cwd()));
    const processes = await restartAndWait({
      stateFolder,
      names: argv as string[],
      timeoutMs: flags.timeout,
      signal: this.signal,
    });
    this.output.result({ processes }, () => processes.map(({ name }) => `${name} is ready again.`).join('\n'));
  }
}

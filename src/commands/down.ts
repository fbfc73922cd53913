import { Flags } from '@oclif/core';
import { MscliCommand } from '../output/command.js';
import { type DownResult, down } from '../supervisor/down.js';

export default class Down extends MscliCommand {
  static override description = `stop everything that runs in this workspace

Stops the services, the gateway and the broker in reverse order. The broker keeps its queues and messages,
unless --volumes removes them; the data of the services always stays.`;
  static override examples = ['<%= config.bin %> down', '<%= config.bin %> down --volumes'];
  static override flags = {
    volumes: Flags.boolean({
      description: 'also remove what the brokers of this workspace have kept: container, volume, files',
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Down);
    const { signal } = this;
    const result = await down({
      cwd: process.cwd(),
      volumes: flags.volumes,
      signal,
      onNote: (text) => this.output.say(text),
    });
    this.output.result(result, describe);
  }
}

function describe({ stopped, removed }: DownResult): string {
  const lines = [
    stopped ? 'Everything is stopped.' : 'Nothing was running.',
    ...removed.map((what) => `Removed ${what}.`),
  ];
  return lines.join('\n');
}

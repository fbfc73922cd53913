import { Command } from '@oclif/core';

export default class Hello extends Command {
  async run() {
    await this.parse(Hello);
    process.stdout.write('hello\n');
  }
}

import { Args, Flags } from '@oclif/core';
import { wholeNumber } from '../../flags/whole-number.js';
import { MscliCommand } from '../../output/command.js';
import { carryOut, describeWorkspace, planWorkspace, promptOfTerminal, workspaceResult } from '../../scaffold/index.js';

export default class NewWorkspace extends MscliCommand {
  static override summary = 'make a workspace in a new folder';
  static override description =
    'Creates a folder with mscli.yaml, npm workspaces for services and contracts, and the packed runtime, so that it ' +
    'works wherever it is cloned. Without a name, on a terminal, it asks.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> shop',
    '<%= config.bin %> <%= command.id %> shop --sample shop',
  ];
  static override args = {
    name: Args.string({ description: 'name of the workspace and of its folder' }),
  };
  static override flags = {
    sample: Flags.string({ description: 'start from a whole system, such as shop' }),
    port: wholeNumber({ description: 'port of the gateway [default: 8080]', min: 1, max: 65_535 }),
    template: Flags.string({ description: 'folder of a template of your own' }),
    answer: Flags.string({ description: 'key=value for a question of the template', multiple: true }),
    install: Flags.boolean({ description: 'run npm install at the end', default: true, allowNo: true }),
    force: Flags.boolean({ description: 'replace files that are in the way', default: false }),
    'dry-run': Flags.boolean({ description: 'show the files as a tree; write nothing', default: false }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(NewWorkspace);
    const { sample, port, template, answer: answers = [], install, force } = flags;
    const made = await planWorkspace({
      cwd: process.cwd(),
      given: { name: args.name, port: port?.toString() },
      answers,
      sample,
      template,
      force,
      ask: promptOfTerminal(this.signal),
    });
    const circumstances = { dryRun: flags['dry-run'], installed: install };
    await carryOut(made.plan, {
      dryRun: flags['dry-run'],
      install,
      signal: this.signal,
      report: (line) => this.output.say(line),
    });
    this.output.result(workspaceResult(made, circumstances), () => describeWorkspace(made, circumstances));
  }
}

import { Args, Flags } from '@oclif/core';
import { connectControl } from '../../control/client.js';
import { wholeNumber } from '../../flags/whole-number.js';
import { MscliCommand } from '../../output/command.js';
import { carryOut, describeService, planService, promptOfTerminal, serviceResult } from '../../scaffold/index.js';

export default class NewService extends MscliCommand {
  static override summary = 'add a service to the workspace';
  static override description =
    'Creates services/<name>-service, adds it with its next free port and its route to mscli.yaml, and creates the ' +
    'contracts of events that have none yet. Without a name, on a terminal, it asks.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> payment',
    '<%= config.bin %> <%= command.id %> payment --subscribes order.placed --publishes payment.taken',
    '<%= config.bin %> <%= command.id %> order --saga place-order --dry-run',
  ];
  static override args = {
    name: Args.string({ description: 'name of the service: payment becomes payment-service' }),
  };
  static override flags = {
    route: Flags.string({ description: 'path at the gateway [default: /<names>]' }),
    port: wholeNumber({
      description: 'port of the first instance [default: the next free one from 3001]',
      min: 1,
      max: 65_535,
    }),
    publishes: Flags.string({
      description: 'event that it publishes, such as order.placed',
      multiple: true,
      delimiter: ',',
    }),
    subscribes: Flags.string({ description: 'event that it subscribes to', multiple: true, delimiter: ',' }),
    saga: Flags.string({ description: 'saga that it runs, such as place-order', multiple: true, delimiter: ',' }),
    template: Flags.string({ description: 'folder of a template of your own (see templates in the documentation)' }),
    answer: Flags.string({ description: 'key=value for a question of your template', multiple: true }),
    install: Flags.boolean({ description: 'run npm install at the end', default: true, allowNo: true }),
    force: Flags.boolean({ description: 'replace files that are in the way', default: false }),
    'dry-run': Flags.boolean({ description: 'show the files as a tree; write nothing', default: false }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(NewService);
    const { route, port, publishes, subscribes, saga, template, answer: answers = [], install, force } = flags;
    const made = await planService({
      cwd: process.cwd(),
      given: { name: args.name, route, port: port?.toString(), publishes, subscribes, saga },
      answers,
      template,
      force,
      isUp: (workspace) => connectControl(workspace) !== undefined,
      ask: promptOfTerminal(this.signal),
    });
    const circumstances = { dryRun: flags['dry-run'], installed: install };
    await carryOut(made.plan, {
      dryRun: flags['dry-run'],
      install,
      signal: this.signal,
      report: (line) => this.output.say(line),
    });
    this.output.result(serviceResult(made, circumstances), () => describeService(made, circumstances));
  }
}

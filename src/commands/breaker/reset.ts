import { Args } from '@oclif/core';
import { commandBreaker } from '../../breaker/command-breaker.js';
import { currentUser } from '../../breaker/current-user.js';
import { describeCommand } from '../../breaker/describe-command.js';
import { MscliCommand } from '../../output/command.js';

export default class BreakerReset extends MscliCommand {
  static override description = `end what an operator has asked of a circuit breaker, and close it

Ends a trip or a disabling before its time, and closes the breaker where it has opened by itself. With a * it ends all
that it covers, and what was given for the * itself. The command waits up to two seconds for the instances' reports.
Quote the name: an unquoted > is a redirection.`;
  static override examples = [
    `<%= config.bin %> breaker reset 'gateway->product-service'`,
    { description: 'every breaker there is', command: `<%= config.bin %> breaker reset '*->*'` },
  ];
  static override args = {
    name: Args.string({
      description: "caller and callee, such as 'gateway->order-service'; * means all",
      required: true,
    }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(BreakerReset);
    const { stateUrl, config } = await this.workspace();
    const surroundings = { stateUrl, services: Object.keys(config.services), signal: this.signal };
    const commanded = await commandBreaker(args.name, { kind: 'reset', author: currentUser() }, surroundings);
    this.output.result(commanded, () => describeCommand('reset', commanded, Date.now()));
  }
}

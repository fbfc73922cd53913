import { Args, Flags } from '@oclif/core';
import { commandBreaker } from '../../breaker/command-breaker.js';
import { currentUser } from '../../breaker/current-user.js';
import { describeCommand } from '../../breaker/describe-command.js';
import { MscliCommand } from '../../output/command.js';
import { parseDuration } from '../../text/duration.js';

export default class BreakerDisable extends MscliCommand {
  static override description = `switch a circuit breaker off, so that every call passes

Calls are no longer counted and never refused. The order is written into the discovery file, which all instances of the
caller obey, those that start later too; the command waits up to two seconds for their reports.
Quote the name: an unquoted > is a redirection.`;
  static override examples = [
    `<%= config.bin %> breaker disable 'order-service->product-service' --for 10m`,
    `<%= config.bin %> breaker disable 'gateway->*' --reason "load test"`,
  ];
  static override args = {
    name: Args.string({ description: "caller and callee, such as 'gateway->order-service'", required: true }),
  };
  static override flags = {
    for: Flags.string({ description: 'how long, such as 30s, 5m or 1h (default: until a reset)', helpValue: '30s' }),
    reason: Flags.string({ description: 'why, for those who look at `breaker list`', helpValue: 'text' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(BreakerDisable);
    const forMs = flags.for === undefined ? undefined : parseDuration(flags.for);
    const { stateUrl, config } = await this.workspace();
    const commanded = await commandBreaker(
      args.name,
      { kind: 'disable', author: currentUser(), forMs, reason: flags.reason },
      { stateUrl, services: Object.keys(config.services), signal: this.signal },
    );
    this.output.result(commanded, () => describeCommand('disable', commanded, Date.now()));
  }
}

import { Args, Flags } from '@oclif/core';
import { currentUser } from '../../breaker/current-user.js';
import { describeBlastRadius } from '../../breaker/describe-blast-radius.js';
import { describeCommand } from '../../breaker/describe-command.js';
import { overrideBreaker } from '../../breaker/override-breaker.js';
import { currentDiscovery } from '../../discovery/current-discovery.js';
import { duration } from '../../flags/duration.js';
import { MscliCommand } from '../../output/command.js';
import { confirmOnTerminal } from '../../output/confirm.js';

/** `breaker disable` is the same order the other way round: it shares the arguments and the questions. */
export default class BreakerTrip extends MscliCommand {
  static override description = `force a circuit breaker open, so that every call is refused

Shows first who will feel it: callers, routes, subscriptions and sagas, as far as they are known; and asks, unless --yes
is given. The order is written into the discovery file, which all instances of the caller obey, those that start later
too; the command waits up to two seconds for their reports. Neither the broker nor the supervisor need to be running.
Quote the name: an unquoted > is a redirection.`;
  static override examples = [
    {
      description: 'refuse all calls from the gateway to the product service for half a minute',
      command: `<%= config.bin %> breaker trip 'gateway->product-service' --for 30s`,
    },
    {
      description: 'whoever calls the user service, until it is reset, without a question',
      command: `<%= config.bin %> breaker trip '*->user-service' --reason testing --yes`,
    },
  ];
  static override args = {
    name: Args.string({
      description: "caller and callee, such as 'gateway->order-service'; * means all",
      required: true,
    }),
  };
  static override flags = {
    for: duration({ description: 'how long, such as 30s, 5m or 1h (default: until a reset)', helpValue: '30s' }),
    reason: Flags.string({ description: 'why, for those who look at `breaker list`', helpValue: 'text' }),
    yes: Flags.boolean({ char: 'y', description: 'do it without a question' }),
  };
  protected readonly kind: 'trip' | 'disable' = 'trip';

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(BreakerTrip);
    const workspace = await this.workspace();
    const commanded = await overrideBreaker(
      {
        kind: this.kind,
        name: args.name,
        author: currentUser(),
        forMs: flags.for,
        reason: flags.reason,
        isAgreed: flags.yes,
        ask: confirmOnTerminal(this.signal),
        onRadius: (radius) => this.output.talk(({ style }) => describeBlastRadius(args.name, radius, style)),
        signal: this.signal,
      },
      workspace,
      () => currentDiscovery(workspace.stateUrl, (text) => this.output.say(text)),
    );
    this.output.result(commanded, () => describeCommand(this.kind, commanded, Date.now()));
  }
}

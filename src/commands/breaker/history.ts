import { Args } from '@oclif/core';
import { checkBreakerName } from '../../breaker/check-breaker-name.js';
import { describeHistory } from '../../breaker/describe-history.js';
import { recentHistory } from '../../breaker/read-history.js';
import { wholeNumber } from '../../flags/whole-number.js';
import { MscliCommand } from '../../output/command.js';

export default class BreakerHistory extends MscliCommand {
  static override description = `show what has happened to the circuit breakers

Each change of a breaker's state in an instance, with the rule that opened it, and each order of an operator, with
author and reason; the latest last. It is kept beside the discovery file, bounded, and survives restarts: nothing needs
to be running.`;
  static override examples = [
    '<%= config.bin %> breaker history',
    `<%= config.bin %> breaker history '*->product-service' --limit 100`,
    {
      description: 'when breakers opened by themselves',
      command: `<%= config.bin %> breaker history --json | jq '.entries[]|select(.to=="open").at'`,
    },
  ];
  static override args = {
    name: Args.string({ description: 'only of this breaker; * means all' }),
  };
  static override flags = {
    limit: wholeNumber({ description: 'at most so many', default: 50, min: 1, helpValue: 'n' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(BreakerHistory);
    const { stateUrl, config } = await this.workspace();
    if (args.name !== undefined) checkBreakerName(args.name, Object.keys(config.services));
    const history = await recentHistory(stateUrl, args.name, flags.limit);
    if (history.unreadable > 0)
      this.output.say(`Left out: what could not be read of the history (lines: ${history.unreadable}).`);
    this.output.result(history, (_, { style, limit }) => describeHistory(history, style, limit));
  }
}

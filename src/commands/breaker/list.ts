import { describeBreakers } from '../../breaker/describe-breakers.js';
import { listBreakers } from '../../breaker/list-breakers.js';
import { currentDiscovery } from '../../discovery/current-discovery.js';
import { MscliCommand } from '../../output/command.js';

export default class BreakerList extends MscliCommand {
  static override description = `show the circuit breakers

Every breaker that has been used or overridden: its state in each instance of the caller, since when, how many calls
have failed in a row, and what an operator has asked for. Nothing needs to be running.`;
  static override examples = [
    '<%= config.bin %> breaker list',
    {
      description: 'the names of those that an operator has tripped or disabled',
      command: `<%= config.bin %> breaker list --json | jq '.breakers[]|select(.override).name'`,
    },
  ];

  override async run(): Promise<void> {
    await this.parse(BreakerList);
    const now = Date.now();
    const breakers = listBreakers(await currentDiscovery(this.stateUrl(), (text) => this.output.say(text)), now);
    this.output.result({ breakers }, (_, { style, limit }) => describeBreakers(breakers, now, style, limit));
  }
}

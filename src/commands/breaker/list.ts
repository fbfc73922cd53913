import { Flags } from '@oclif/core';
import { describeBreakers } from '../../breaker/describe-breakers.js';
import { type BreakerView, listBreakers } from '../../breaker/list-breakers.js';
import { currentDiscovery } from '../../discovery/current-discovery.js';
import { MscliCommand } from '../../output/command.js';

export default class BreakerList extends MscliCommand {
  static override description = `show the circuit breakers

Every breaker that has been used or overridden, the worst first: its state in each instance of the caller, since when,
how many calls have failed in a row, and why: what opened it, or what an operator has asked for. Nothing needs to be
running. With --watch a terminal shows them as they change; elsewhere each change is a line. Ctrl-C ends it, with exit
code 0.`;
  static override examples = [
    '<%= config.bin %> breaker list',
    { description: 'from now on', command: '<%= config.bin %> breaker list --watch' },
    {
      description: 'the names of those that an operator has tripped or disabled',
      command: `<%= config.bin %> breaker list --json | jq '.breakers[]|select(.override).name'`,
    },
  ];
  static override flags = {
    watch: Flags.boolean({ char: 'w', description: 'go on showing them as they change' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(BreakerList);
    if (flags.watch) return this.#watch();
    const now = Date.now();
    const breakers = listBreakers(await currentDiscovery(this.stateUrl(), (text) => this.output.say(text)), now);
    this.output.result({ breakers }, (_, { style, limit }) => describeBreakers(breakers, now, style, limit));
  }

  /** Loads what it needs when it is asked for: a look at the list must not wait for it. */
  async #watch(): Promise<void> {
    const [{ breakerChanges, describeChange }, { watchBreakers }, { liveView }] = await Promise.all([
      import('../../breaker/breaker-changes.js'),
      import('../../breaker/watch-breakers.js'),
      import('../../output/live-view.js'),
    ]);
    const { style } = this.output.look;
    let shown: BreakerView[] = [];
    using view = liveView(this.output, (columns) => describeBreakers(shown, Date.now(), style, columns));
    for await (const breakers of watchBreakers(this.stateUrl(), this.signal)) {
      const changes = breakerChanges(shown, breakers, Date.now());
      shown = breakers;
      view?.draw();
      if (view !== undefined) continue;
      for (const change of changes) this.output.row(change, () => describeChange(change, style));
    }
  }
}

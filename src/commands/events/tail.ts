import { Args, Flags } from '@oclif/core';
import { brokerUrl } from '../../events/broker-url.js';
import { describeConnection } from '../../events/describe-connection.js';
import { describeEvent } from '../../events/describe-event.js';
import { tailEvents } from '../../events/tail-events.js';
import { wholeNumber } from '../../flags/whole-number.js';
import { MscliCommand } from '../../output/command.js';

export default class EventsTail extends MscliCommand {
  static override description = `watch events as they are published

One line for each event from now on: time, key, source, id, trace and data. Events are copied; none is taken from a
service. In a pattern * stands for one word and # for any number of words; quote it. When the broker restarts, the watch
goes on by itself and says so. Ctrl-C ends it, with exit code 0.`;
  static override examples = [
    '<%= config.bin %> events tail',
    `<%= config.bin %> events tail 'order.#' 'payment.*'`,
    { description: 'the next event, in full', command: '<%= config.bin %> events tail --count 1 --json' },
  ];
  static override args = {
    pattern: Args.string({ description: 'topic pattern of the keys to show', default: '#' }),
  };
  static override strict = false;
  static override flags = {
    count: wholeNumber({ description: 'end after so many events', min: 1, helpValue: 'n' }),
    full: Flags.boolean({ description: 'show ids and traces in full' }),
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(EventsTail);
    const patterns = argv.map(String);
    const workspace = await this.workspace();
    let left = flags.count ?? Number.POSITIVE_INFINITY;
    const events = tailEvents({
      url: () => brokerUrl(workspace),
      patterns,
      signal: this.signal,
      onConnection: (state) => this.output.say(describeConnection(state, patterns)),
    });
    for await (const event of events) {
      this.output.row(event, (_, { style }) => describeEvent(event, style, { full: flags.full }));
      left -= 1;
      if (left === 0) break;
    }
  }
}

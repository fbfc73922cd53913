import { Args, Flags } from '@oclif/core';
import { brokerUrl } from '../../events/broker-url.js';
import { describePublished } from '../../events/describe-published.js';
import { publishEvent } from '../../events/publish-event.js';
import { readPayload } from '../../events/read-payload.js';
import { MscliCommand } from '../../output/command.js';

export default class EventsPublish extends MscliCommand {
  static override description = `publish one event

It goes to the exchange \`events\` with CloudEvents attributes and a new trace, source \`mscli\`, and counts as published
when the broker has confirmed it. Where no queue takes it, that is said; it is not an error.`;
  static override examples = [
    `<%= config.bin %> events publish order.noted '{"id":1}'`,
    { description: 'from a file', command: '<%= config.bin %> events publish order.noted @order.json' },
    { description: 'from a pipe', command: 'jq .order data.json | <%= config.bin %> events publish order.noted -' },
  ];
  static override args = {
    key: Args.string({ description: 'the key, such as order.placed', required: true }),
    data: Args.string({ description: 'JSON, - for standard input, or @file', required: true }),
  };
  static override flags = {
    subject: Flags.string({ description: 'what the event is about, such as the id of an order', helpValue: 'text' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(EventsPublish);
    const url = await brokerUrl(await this.workspace());
    const data = await readPayload(args.data, { signal: this.signal });
    const event = { key: args.key, data, subject: flags.subject };
    this.output.result(await publishEvent(event, { url, signal: this.signal }), describePublished);
  }
}

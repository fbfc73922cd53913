import { Args, Flags } from '@oclif/core';
import { brokerUrl } from '../../events/broker-url.js';
import { checkContract } from '../../events/contract/check-contract.js';
import { describePublished } from '../../events/describe-published.js';
import { publishEvent } from '../../events/publish-event.js';
import { readPayload } from '../../events/read-payload.js';
import { MscliCommand } from '../../output/command.js';

export default class EventsPublish extends MscliCommand {
  static override description = `publish one event

It goes to the exchange \`events\` with CloudEvents attributes and a new trace, source \`mscli\`, and counts as published
when the broker has confirmed it. Where no queue takes it, that is said; it is not an error. Where the contracts of the
workspace have one of that name, the data must keep to it, and gets what it fills in; the command exits with 3 otherwise.`;
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
    force: Flags.boolean({ description: 'publish also what breaks its contract' }),
    subject: Flags.string({ description: 'what the event is about, such as the id of an order', helpValue: 'text' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(EventsPublish);
    const { signal } = this;
    const workspace = await this.workspace();
    const url = await brokerUrl(workspace);
    const given = { key: args.key, data: await readPayload(args.data, { signal }) };
    const onNote = (text: string) => this.output.say(text);
    const data = flags.force ? given.data : await checkContract(given, { root: workspace.root, signal, onNote });
    const event = { key: args.key, data, subject: flags.subject };
    this.output.result(await publishEvent(event, { url, signal }), describePublished);
  }
}

import { isAlive } from '@mscli/runtime/discovery';
import { currentDiscovery } from '../../discovery/current-discovery.js';
import { describeDiscovery, listInstances } from '../../discovery/describe-discovery.js';
import { MscliCommand } from '../../output/command.js';

export default class DiscoveryList extends MscliCommand {
  static override description = `show who runs where

Every registered instance with its address, status and process, and the routes of the gateway. An instance whose process
is gone is shown as such: nobody sends it a call. Nothing needs to be running.`;
  static override examples = [
    '<%= config.bin %> discovery list',
    {
      description: 'all addresses',
      command: `<%= config.bin %> discovery list --json | jq -r '.instances[].url'`,
    },
  ];

  override async run(): Promise<void> {
    await this.parse(DiscoveryList);
    const snapshot = await currentDiscovery(this.stateUrl(), (text) => this.output.say(text));
    const result = { instances: listInstances(snapshot, isAlive), routes: snapshot.routes };
    this.output.result(result, ({ instances, routes }, { style, limit }) =>
      describeDiscovery(instances, routes, Date.now(), style, limit),
    );
  }
}

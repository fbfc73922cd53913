import { Args, Flags } from '@oclif/core';
import { currentUser } from '../../breaker/current-user.js';
import { currentDiscovery } from '../../discovery/current-discovery.js';
import { failure } from '../../errors.js';
import { describeNotices, listMaintenance } from '../../gateway/list-maintenance.js';
import { describeMaintenance, switchMaintenance } from '../../gateway/switch-maintenance.js';
import { MscliCommand } from '../../output/command.js';

export default class GatewayMaintenance extends MscliCommand {
  static override description = `take a route out of service for a while, or back into it

The gateways answer 503 there, at once, with Retry-After and the message; what runs is finished. The notice stands in the
discovery file, so gateways that start later obey it too, until it is taken off. Nothing needs to be running.
Without arguments it lists the notices that stand.`;
  static override examples = [
    '<%= config.bin %> gateway maintenance on /orders --message "Back at noon."',
    '<%= config.bin %> gateway maintenance off /orders',
    { description: 'what is under maintenance', command: '<%= config.bin %> gateway maintenance' },
  ];
  static override args = {
    state: Args.string({ description: 'on or off', options: ['on', 'off'] }),
    path: Args.string({ description: 'the path of a route' }),
  };
  static override flags = {
    message: Flags.string({ description: 'what clients are told', helpValue: 'text' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(GatewayMaintenance);
    const { config, stateUrl } = await this.workspace();
    if (args.state === undefined) {
      const notices = listMaintenance(await currentDiscovery(stateUrl, (text) => this.output.say(text)));
      this.output.result(notices, (_, { style, limit }) => describeNotices(notices, style, limit));
      return;
    }
    if (args.path === undefined) {
      const hint = 'Name it behind, such as /orders; `mscli gateway routes` lists them.';
      throw failure('USAGE', `Maintenance goes ${args.state} for a route, and none is named.`, { hint });
    }
    const order = { path: args.path, on: args.state === 'on', author: currentUser(), message: flags.message };
    const state = await switchMaintenance(order, { stateUrl, routes: config.gateway.routes });
    this.output.result(state, describeMaintenance);
  }
}

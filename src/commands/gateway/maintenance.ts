import { Args, Flags } from '@oclif/core';
import { currentUser } from '../../breaker/current-user.js';
import { describeMaintenance, switchMaintenance } from '../../gateway/switch-maintenance.js';
import { MscliCommand } from '../../output/command.js';

export default class GatewayMaintenance extends MscliCommand {
  static override description = `take a route out of service for a while, or back into it

The gateways answer 503 there, at once, with Retry-After and the message; what runs is finished. The notice stands in the
discovery file, so gateways that start later obey it too, until it is taken off. Nothing needs to be running.`;
  static override examples = [
    '<%= config.bin %> gateway maintenance on /orders --message "Back at noon."',
    '<%= config.bin %> gateway maintenance off /orders',
  ];
  static override args = {
    state: Args.string({ description: 'on or off', options: ['on', 'off'], required: true }),
    path: Args.string({ description: 'the path of a route', required: true }),
  };
  static override flags = {
    message: Flags.string({ description: 'what clients are told', helpValue: 'text' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(GatewayMaintenance);
    const { config, stateUrl } = await this.workspace();
    const order = { path: args.path, on: args.state === 'on', author: currentUser(), message: flags.message };
    const state = await switchMaintenance(order, { stateUrl, routes: config.gateway.routes });
    this.output.result(state, describeMaintenance);
  }
}

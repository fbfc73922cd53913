import { Args } from '@oclif/core';
import { currentDiscovery } from '../../discovery/current-discovery.js';
import { describeMatch, describeRoutes } from '../../gateway/describe-routes.js';
import { explainRoute, listRoutes } from '../../gateway/explain-routes.js';
import { ownPaths } from '../../gateway/openapi/own-paths.js';
import { MscliCommand } from '../../output/command.js';

export default class GatewayRoutes extends MscliCommand {
  static override description = `show the gateway's routes, or which one a path takes and what it passes

The longest prefix that ends on a segment wins: /api takes /api/x, never /apix. Nothing needs to be running.`;
  static override examples = [
    '<%= config.bin %> gateway routes',
    { description: 'who answers this path', command: '<%= config.bin %> gateway routes /orders/7' },
  ];
  static override args = {
    path: Args.string({ description: 'a path as a client would ask for it' }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(GatewayRoutes);
    const { config, stateUrl } = await this.workspace();
    const snapshot = await currentDiscovery(stateUrl, (text) => this.output.say(text));
    const routes = [...config.gateway.routes, ...ownPaths(config.gateway.settings)];
    if (args.path === undefined) {
      this.output.result(listRoutes(routes, snapshot), (list, { style, limit }) => describeRoutes(list, style, limit));
    } else {
      const match = explainRoute(args.path, routes, snapshot);
      this.output.result(match, (_, { style }) => describeMatch(match, style));
    }
  }
}

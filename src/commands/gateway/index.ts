import { discoveryPath } from '@mscli/runtime/discovery';
import { Flags } from '@oclif/core';
import { offerSettings } from '../../breaker/offer-settings.js';
import { connectControl } from '../../control/client.js';
import { wholeNumber } from '../../flags/whole-number.js';
import { describeEntry } from '../../gateway/describe-entry.js';
import { describeReady } from '../../gateway/describe-ready.js';
import { runAlone } from '../../gateway/run-alone.js';
import { absolutePaths } from '../../gateway/settings/absolute-paths.js';
import { MscliCommand } from '../../output/command.js';
import { settingsByCallee } from '../../workspace/index.js';

export default class Gateway extends MscliCommand {
  static override description = `run the gateway alone, in the foreground

For services that you start by hand, under a debugger for instance: they register themselves, and the gateway finds them.
The routes come from mscli.yaml. Each request is shown on a line. Ctrl-C finishes what runs and ends it.
The gateway tells how it is itself under /.mscli/health. \`mscli up\` runs a gateway too, with as many workers as mscli.yaml
asks for; this one is always one process.`;
  static override examples = [
    '<%= config.bin %> gateway',
    { description: 'beside the one of `mscli up`', command: '<%= config.bin %> gateway --port 9090' },
  ];
  static override flags = {
    port: wholeNumber({ description: 'instead of the port in mscli.yaml; 0 takes a free one', min: 0, max: 65_535 }),
    host: Flags.string({ description: 'address to listen on', default: '127.0.0.1' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Gateway);
    const workspace = await this.workspace();
    const { gateway, services } = workspace.config;
    const isSupervised = connectControl(workspace) !== undefined;
    if (!isSupervised) await offerSettings(workspace.stateUrl, settingsByCallee(services));
    await runAlone({
      port: flags.port ?? gateway.port,
      host: flags.host,
      routes: gateway.routes,
      settings: absolutePaths(gateway.settings, workspace.root),
      discovery: discoveryPath(workspace.stateUrl),
      isSupervised,
      signal: this.signal,
      onReady: (ready) => this.output.say(describeReady(ready, gateway.settings)),
      onEntry: (entry) => this.output.row(entry, (_, { style }) => describeEntry(entry, new Date(), style)),
    });
  }
}

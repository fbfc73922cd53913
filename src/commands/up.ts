import { Flags } from '@oclif/core';
import { MscliCommand } from '../output/command.js';
import { upStage } from '../output/up-stage.js';
import { describeProcesses } from '../supervisor/describe-processes.js';
import { runWorkspace } from '../supervisor/run-workspace.js';
import { upDetached } from '../supervisor/up-detached.js';
import { upView } from '../supervisor/up-view.js';

export default class Up extends MscliCommand {
  static override description = `start everything: the broker, the gateway and all services

Services are built, started in the order of dependsOn, watched, and started again when they crash or when their files
change. Ctrl-C, \`mscli down\`, a closed terminal: each stops everything and leaves nothing behind.`;
  static override examples = [
    '<%= config.bin %> up',
    { description: 'in the background; returns when everything is ready', command: '<%= config.bin %> up --detach' },
    {
      description: 'with a broker of your own',
      command: '<%= config.bin %> up --broker amqp://user:secret@localhost:5672',
    },
  ];
  static override flags = {
    detach: Flags.boolean({ char: 'd', description: 'run in the background; return when everything is ready' }),
    broker: Flags.string({
      description: 'which broker to use from now on in this workspace',
      helpValue: 'auto|docker|embedded|amqp://...',
    }),
    watch: Flags.boolean({ description: 'rebuild and restart what changes', default: true, allowNo: true }),
  };

  #isLive = false;

  override async run(): Promise<void> {
    const { flags } = await this.parse(Up);
    const workspace = await this.workspace();
    const { broker, watch } = flags;
    using stage = upStage(this.output, { live: !flags.detach });
    this.#isLive = stage.live;
    const show = upView(workspace, stage);
    const listener = this.output.json && !flags.detach ? (event: object) => this.output.row(event, () => '') : show;
    const options = { workspace, broker, watch, signal: this.signal, listener };
    if (flags.detach) {
      const status = await upDetached(options);
      this.output.result(status, (_, { style, limit }) => describeProcesses(status, Date.now(), style, limit));
      return;
    }
    const running = await runWorkspace(options);
    await running.stopped;
  }

  /** The status lines are drawn over the `^C`. */
  protected override endLine(): void {
    if (!this.#isLive) super.endLine();
  }
}

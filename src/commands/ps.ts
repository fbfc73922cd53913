import { MscliCommand } from '../output/command.js';
import { describeProcesses } from '../supervisor/describe-processes.js';
import { statusWithActivity } from '../supervisor/workspace-status.js';

export default class Ps extends MscliCommand {
  static override description = `show the processes of this workspace

The broker, the gateway and every instance of every service: state, process id, port, uptime, and what is
the matter. RESTARTS counts how often it was started again after it had ended by itself; a reload is none. Works also
when nothing runs. Of a broker that mscli runs it shows connections, queues, the messages that wait in them, and how
many go in and out a second; with --json every queue.`;
  static override examples = [
    '<%= config.bin %> ps',
    {
      description: 'how many messages wait, by queue',
      command: `<%= config.bin %> ps --json | jq '.broker.activity.queues[]|{name,waiting}'`,
    },
    {
      description: 'what is not ready',
      command: `<%= config.bin %> ps --json | jq '.processes[]|select(.state!="ready")'`,
    },
  ];

  override async run(): Promise<void> {
    await this.parse(Ps);
    const cwd = process.cwd();
    const status = await statusWithActivity(cwd, this.signal);
    this.output.result(status, (_, { style, limit }) => describeProcesses(status, Date.now(), style, limit));
  }
}

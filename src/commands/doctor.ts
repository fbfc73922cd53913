import { describeFindings } from '../doctor/describe-findings.js';
import { examine } from '../doctor/examine.js';
import { MscliCommand } from '../output/command.js';

export default class Doctor extends MscliCommand {
  static override description = `look for what keeps a workspace from working

Node, mscli.yaml, the gateway's routes and certificates, installed packages, discovery file, supervisor, broker, ports and
Docker, each with the way out. It changes nothing, but moves a damaged discovery file aside. Exits with 1 when something must
be put right; warnings alone exit with 0.`;
  static override examples = [
    '<%= config.bin %> doctor',
    {
      description: 'only what is wrong',
      command: `<%= config.bin %> doctor --json | jq '.findings[]|select(.status=="fail")'`,
    },
  ];

  override async run(): Promise<void> {
    await this.parse(Doctor);
    const findings = await examine(process.cwd(), this.signal);
    const ok = findings.every(({ status }) => status !== 'fail');
    this.output.result({ ok, findings }, (_, { style }) => describeFindings(findings, style));
    if (!ok) process.exitCode = 1;
  }
}

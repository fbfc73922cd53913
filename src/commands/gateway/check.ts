import { MscliCommand } from '../../output/command.js';
import { checkGateway } from '../../workspace/gateway-check/check-gateway.js';
import { describeCheck } from '../../workspace/gateway-check/describe-check.js';

export default class GatewayCheck extends MscliCommand {
  static override description = `check the routes in mscli.yaml without starting anything

Shows every fault with its line, and warns of what is valid and yet hardly meant: a setting that can never take effect, an
open route inside a guarded one. Exits with 0 when the gateway can start with it, warnings or not, and with 3 when it cannot.`;
  static override examples = [
    '<%= config.bin %> gateway check',
    {
      description: 'in a pipeline, where warnings count too',
      command: `<%= config.bin %> gateway check --json | jq -e '.ok and (.warnings|length == 0)'`,
    },
  ];

  override async run(): Promise<void> {
    await this.parse(GatewayCheck);
    const { check, exitCode } = await checkGateway(process.cwd());
    this.output.result(check, (_, { style }) => describeCheck(check, style));
    process.exitCode = exitCode;
  }
}

import { Args, Flags } from '@oclif/core';
import { describeTuning } from '../../breaker/tuning/describe-tuning.js';
import { settingsOf } from '../../breaker/tuning/settings-of.js';
import { tuneBreaker } from '../../breaker/tuning/tune-breaker.js';
import { MscliCommand } from '../../output/command.js';

export default class BreakerTune extends MscliCommand {
  static override description = `replay recorded calls through other settings of a circuit breaker

Reads the calls to a service out of the gateway's access log and tells, for the present settings and for those that are
tried: when the breaker would have opened, how many failing calls that would have saved, and how many good ones it would
have refused. Nothing is changed; what proves good goes under \`breaker\` of the service in mscli.yaml.`;
  static override examples = [
    {
      description: 'after three failures in a row in place of five',
      command: `<%= config.bin %> breaker tune 'gateway->order-service' --threshold 3`,
    },
    `<%= config.bin %> breaker tune 'gateway->order-service' --failure-rate 0.2 --window 30s --from access.log`,
  ];
  static override args = {
    name: Args.string({ description: "a breaker of the gateway, such as 'gateway->order-service'", required: true }),
  };
  static override flags = {
    threshold: Flags.string({ description: 'failures in a row that open it, or off', helpValue: '5' }),
    'failure-rate': Flags.string({ description: 'share of failed calls that opens it, or off', helpValue: '0.5' }),
    'slow-rate': Flags.string({ description: 'share of slow calls that opens it, or off', helpValue: '0.5' }),
    slow: Flags.string({ description: 'from when on a call is slow', helpValue: '5s' }),
    'minimum-calls': Flags.string({ description: 'calls in the window before a rate counts', helpValue: '20' }),
    window: Flags.string({ description: 'the latest calls that count, or for how long', helpValue: '50|30s' }),
    open: Flags.string({ description: 'how long to stay open at first', helpValue: '30s' }),
    from: Flags.string({
      description: 'access log to read, which may be given several times (default: those under .mscli/logs)',
      helpValue: 'file',
      multiple: true,
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(BreakerTune);
    const { from = [], ...given } = flags;
    const settings = settingsOf(given);
    const tuning = await tuneBreaker({ name: args.name, settings, from, signal: this.signal }, await this.workspace());
    this.output.result(tuning, (_, { style, limit }) => describeTuning(tuning, style, limit));
  }
}

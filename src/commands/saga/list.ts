import { listSagas, type SagaState } from '@mscli/runtime/saga';
import { Flags } from '@oclif/core';
import { wholeNumber } from '../../flags/whole-number.js';
import { MscliCommand } from '../../output/command.js';
import { describeSagaList } from '../../saga/describe-saga-list.js';

const states: readonly SagaState[] = ['running', 'compensating', 'completed', 'compensated', 'stuck'];

export default class SagaList extends MscliCommand {
  static override description = `list the sagas of all services, the latest first

They are read from the journals in the services' databases: nothing needs to be running.`;
  static override examples = [
    '<%= config.bin %> saga list',
    { description: 'those that need a person', command: '<%= config.bin %> saga list --state stuck' },
    {
      description: 'the ids of the latest five',
      command: "<%= config.bin %> saga list --limit 5 --json | jq -r '.sagas[].id'",
    },
  ];
  static override flags = {
    state: Flags.option({ options: states, description: 'only those in this state' })(),
    service: Flags.string({ description: 'only those of this service', helpValue: 'name' }),
    name: Flags.string({ description: 'only those of this name, such as place-order', helpValue: 'name' }),
    limit: wholeNumber({ description: 'at most so many', default: 20, min: 1, helpValue: 'n' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(SagaList);
    const { state, service, name, limit } = flags;
    const list = await listSagas(this.stateUrl(), {
      limit,
      ...(state === undefined ? {} : { state }),
      ...(service === undefined ? {} : { service }),
      ...(name === undefined ? {} : { name }),
    });
    for (const { path, error } of list.unreadable) this.output.say(`${path} could not be read: ${error.message}`);
    this.output.result({ sagas: list.sagas }, ({ sagas }, { style, limit }) =>
      describeSagaList(sagas, Date.now(), style, limit),
    );
  }
}

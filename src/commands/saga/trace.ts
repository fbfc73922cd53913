import { Args } from '@oclif/core';
import { MscliCommand } from '../../output/command.js';
import { describeSaga } from '../../saga/describe-saga.js';
import { findSaga } from '../../saga/find-saga.js';

export default class SagaTrace extends MscliCommand {
  static override description = `draw what a saga did, step by step, and what happens to it next

Kind, state, time, attempts, errors and idempotency keys of each step, the order in which steps are undone, and what to do.
It is read from the journal in the service's database: nothing needs to be running.`;
  static override examples = [
    '<%= config.bin %> saga trace 0d6f3c1e',
    { description: 'everything, for a program', command: '<%= config.bin %> saga trace 0d6f3c1e --json' },
  ];
  static override args = {
    id: Args.string({ description: 'the id of the saga, or enough of its beginning', required: true }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(SagaTrace);
    const saga = await findSaga(this.stateUrl(), args.id);
    this.output.result(saga, (_, look) => describeSaga(saga, { ...look, now: Date.now() }));
  }
}

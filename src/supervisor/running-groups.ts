import { existsSync } from 'node:fs';
import { groupRecord, recordPath, type SupervisorRecord, writeRecord } from '../control/supervisor-record.js';
import { pidOf } from './process-state.js';
import type { SupervisorEvent } from './supervisor-event.js';

/** Keeps supervisor.json equal to the process groups that run, for whoever must clean up after us. */
export class RunningGroups {
  readonly #stateFolder: string;
  readonly #record: SupervisorRecord;

  constructor(stateFolder: string, record: SupervisorRecord) {
    this.#stateFolder = stateFolder;
    this.#record = record;
  }

  /** Before the container is started. */
  container(name: string): void {
    this.#record.container = name;
    writeRecord(this.#stateFolder, this.#record);
  }

  readonly keep = (event: SupervisorEvent): void => {
    if (event.type !== 'state') return;
    const { process, state } = event;
    const pid = pidOf(state);
    const known = this.#record.groups.find(({ name }) => name === process);
    if (known?.pid === pid) return;
    this.#record.groups = this.#record.groups.filter(({ name }) => name !== process);
    if (pid !== undefined) this.#record.groups.push(groupRecord(process, pid));
    // What was removed with its folder is not brought back.
    if (existsSync(recordPath(this.#stateFolder))) writeRecord(this.#stateFolder, this.#record);
  };
}

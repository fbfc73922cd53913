import { join } from 'node:path';
import type { Workspace } from '../workspace/index.js';
import { LogFile } from './log-file.js';
import type { SupervisorEvent } from './supervisor-event.js';

export function logPath({ stateFolder }: Pick<Workspace, 'stateFolder'>, process: string): string {
  return join(stateFolder, 'logs', `${process}.log`);
}

/** Keeps what the processes print, and why they crashed, in one file for each. */
export class ProcessLogs implements AsyncDisposable {
  readonly #workspace: Pick<Workspace, 'stateFolder'>;
  readonly #files = new Map<string, LogFile>();

  constructor(workspace: Pick<Workspace, 'stateFolder'>) {
    this.#workspace = workspace;
  }

  readonly keep = (event: SupervisorEvent): void => {
    if (event.type === 'log') this.#file(event.process).append(event.line);
    if (event.type === 'crashed') this.#file(event.process).append(`mscli: ${event.reason}`);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.close()));
  }

  #file(process: string): LogFile {
    const file = this.#files.get(process) ?? new LogFile(logPath(this.#workspace, process));
    this.#files.set(process, file);
    return file;
  }
}

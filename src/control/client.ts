import type { Workspace } from '../workspace/index.js';
import type { LogLine, Status } from './protocol.js';

/** The running supervisor of a workspace, through its control socket. */
export interface Control {
  readonly pid: number;
  status(signal?: AbortSignal): Promise<Status>;
  restart(process: string, signal?: AbortSignal): Promise<void>;
  /** Asks for the stop; resolves when the supervisor has ended. */
  stop(signal?: AbortSignal): Promise<void>;
  logs(process: string, options: { follow: boolean; signal: AbortSignal }): AsyncIterable<LogLine>;
}

/** `undefined` when nothing runs in the workspace. */
export declare function connectControl(workspace: Workspace): Promise<Control | undefined>;

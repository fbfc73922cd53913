/** What `GET /status` answers; `ps` shows the same, with every process stopped, when nothing runs. */
export interface Status {
  workspace: { name: string; root: string };
  /** Absent when nothing runs. */
  supervisor?: { pid: number; startedAt: string };
  /** The URL is without its password. Absent before the first choice. */
  broker?: { kind: 'external' | 'docker' | 'embedded'; url: string; reason: string };
  gateway: { url: string };
  /** Why mscli.yaml as it is now does not take effect; absent where what runs is what it says. */
  configFault?: string;
  processes: ProcessStatus[];
}

export type ProcessStateName =
  | 'stopped'
  | 'building'
  | 'waiting'
  | 'starting'
  | 'ready'
  | 'unhealthy'
  | 'stopping'
  | 'backing-off'
  | 'failed';

export interface ProcessStatus {
  name: string;
  kind: 'broker' | 'gateway' | 'service';
  service: string;
  instanceId: string;
  state: ProcessStateName;
  /** What it waits for, why it is not ready, or why it does not run its present source. */
  detail?: string;
  pid?: number;
  port?: number;
  /** When the running process was started (ISO 8601). */
  startedAt?: string;
  /** How often it was started again after it had ended by itself since `up`; a reload is none. */
  restarts: number;
  /** Why it last ended by itself. */
  lastCrash?: string;
}

/** One line of `GET /logs/<process>`, an NDJSON stream. */
export interface LogLine {
  process: string;
  line: string;
}

/** Errors of the control API, as `application/json`. */
export interface ControlProblem {
  code: string;
  message: string;
  hint?: string;
}

import type { ProcessState } from '../supervisor/process-state.js';

/** What `GET /status` answers; `ps` shows the same, with every process stopped, when nothing runs. */
export interface Status {
  workspace: { name: string; root: string };
  /** Absent when nothing runs. */
  supervisor?: { pid: number; startedAt: string };
  broker?: { kind: 'external' | 'docker' | 'embedded'; url: string; reason: string };
  gateway?: { url: string };
  processes: ProcessStatus[];
}

export interface ProcessStatus {
  name: string;
  kind: 'broker' | 'gateway' | 'service';
  service: string;
  instanceId: string;
  state: ProcessState['kind'];
  /** What it waits for, or why it is not ready. */
  detail?: string;
  pid?: number;
  port?: number;
  /** ISO 8601, of the running process. */
  startedAt?: string;
  /** How often it was started again since `up`. */
  restarts: number;
  /** Why it last ended by itself. */
  lastCrash?: string;
}

/** One line of `GET /logs/<process>`. */
export interface LogLine {
  process: string;
  line: string;
}

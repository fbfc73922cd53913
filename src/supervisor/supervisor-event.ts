import type { ProcessState } from './process-state.js';

/** All that can happen while processes run; what shows, keeps and reacts reads only these. */
export type SupervisorEvent =
  /** What is to run from now on, in the order of mscli.yaml. */
  | { type: 'planned'; processes: readonly { name: string; port: number | undefined }[] }
  | { type: 'state'; process: string; state: ProcessState }
  | { type: 'log'; process: string; line: string }
  | { type: 'crashed'; process: string; reason: string; lastLines: readonly string[]; restartInMs: number }
  | { type: 'built'; service: string; durationMs: number; changed: boolean }
  | { type: 'build-failed'; service: string; message: string }
  | { type: 'changed'; files: readonly string[] }
  | { type: 'note'; text: string };

export type SupervisorListener = (event: SupervisorEvent) => void;

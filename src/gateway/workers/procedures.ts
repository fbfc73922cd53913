import type { MetricFamily } from '@mscli/runtime/metrics';
import type { LimitProcedures } from './worker-limits.js';

/** Why a worker cannot take requests, in the parts of an error that survive the way to the primary. */
export interface StartFailure {
  message: string;
  code?: string;
  hint?: string;
}

export interface Address {
  url: string;
  port: number;
}

/** What a worker may ask the primary for. */
export type PrimaryProcedures = LimitProcedures & {
  /** It takes requests there. */
  listening(address: Address): void;
  /** It cannot take requests, and ends when this is answered. */
  failed(why: StartFailure): void;
};

/** What the primary may ask a worker for. */
export type WorkerProcedures = {
  /** Finishes what runs, and ends. */
  stop(): void;
  /** Its metrics. */
  families(): MetricFamily[];
};

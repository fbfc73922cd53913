import type { DockerContainer } from '../broker/docker/container-record.js';

/** Everything the supervisor needs to know about one process; data only, so that it can be printed and compared. */
export interface ProcessRecord {
  /** Unique in the workspace: `broker`, `gateway`, `order-service`, or `order-service-2` where a service has several. */
  readonly name: string;
  readonly kind: 'broker' | 'gateway' | 'service';
  /** The name in mscli.yaml, the same for all instances of one service. */
  readonly service: string;
  readonly instanceId: string;
  readonly run: Run;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly port: number | undefined;
  /** What else it listens on, with whom an error names. */
  readonly morePorts?: readonly { readonly port: number; readonly wantedBy: string }[];
  readonly health: HealthCheck;
  /** Whether it logs `listening` when it has its port; before, whoever answers there is somebody else. */
  readonly saysListening: boolean;
  /** Names of processes that must be ready before this one starts for the first time. */
  readonly dependsOn: readonly string[];
  /** Present for what is built from source. The instances of a service share one build. */
  readonly build: BuildRecord | undefined;
  /** Absolute paths; a change in them builds and restarts the process. */
  readonly watch: readonly string[];
}

export type Run =
  /** With arguments for Node itself where it needs any. */
  | { kind: 'node'; entry: string; nodeArgs?: readonly string[] }
  | { kind: 'shell'; command: string }
  | { kind: 'container'; container: DockerContainer }
  /** Somebody else runs it; it is only watched. */
  | { kind: 'external' };

export interface BuildRecord {
  readonly service: string;
  /** Absolute; esbuild writes paths in messages relative to `root`. */
  readonly entry: string;
  readonly outfile: string;
  readonly root: string;
}

export type HealthCheck =
  /** Healthy when it answers 2xx. */
  | { kind: 'http'; url: string }
  /** Healthy when it completes the handshake of a connection. */
  | { kind: 'amqp'; url: string };

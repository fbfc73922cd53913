import type { BrokerPlan } from '../broker/broker-plan.js';

/** Everything the supervisor needs to know about one process; data only, so that it can be printed and compared. */
export interface ProcessRecord {
  /** Unique in the workspace: `broker`, `gateway`, `order-service`, or `order-service-2` where a service has several. */
  readonly name: string;
  readonly kind: 'broker' | 'gateway' | 'service';
  /** The name in mscli.yaml, the same for all instances of one service. */
  readonly service: string;
  readonly instanceId: string;
  readonly run: Run;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly port: number | undefined;
  readonly health: HealthCheck;
  /** Names of processes that must be ready first. */
  readonly dependsOn: readonly string[];
  /** Built before the first start and at each change, when present. */
  readonly build: BuildRecord | undefined;
  /** Folders and files whose change restarts (or rebuilds) the process. */
  readonly watch: readonly string[];
}

export type Run =
  | { kind: 'node'; entry: string }
  | { kind: 'shell'; command: string }
  /** RabbitMQ in Docker, or a broker that somebody else runs. */
  | { kind: 'broker'; plan: BrokerPlan };

export interface BuildRecord {
  /** The same for all instances of a service: they share one build. */
  readonly service: string;
  readonly entry: string;
  readonly outfile: string;
}

export type HealthCheck =
  | { kind: 'http'; url: string }
  /** Any HTTP answer will do: the gateway answers 404 where it has no route. */
  | { kind: 'answers'; url: string }
  | { kind: 'amqp'; url: string };

/** What a service learns from its surroundings. */
export interface ServiceEnvironment {
  /** 0 picks a free port. Default 0. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host: string;
  /** Undefined: `broker.json` in the state folder says it. */
  readonly brokerUrl: string | undefined;
  /** `file:` URL of the state folder. */
  readonly stateUrl: string;
  /** Default `<service>-<pid>`. */
  readonly instanceId: string;
  /** Default `info`. */
  readonly logLevel: string;
  /** Default 10 000. */
  readonly stopDeadlineMs: number;
  /** Version of the service's code, for dead letters; from its package.json. */
  readonly version: string | undefined;
}

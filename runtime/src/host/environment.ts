import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MscliError } from '../errors.js';

/** What a service learns from its surroundings. */
export interface ServiceEnvironment {
  /** PORT. 0 picks a free one. Default 0. */
  readonly port: number;
  /** HOST. Default 127.0.0.1. */
  readonly host: string;
  /** MSCLI_BROKER_URL. Undefined: `broker.json` in the state folder says it. */
  readonly brokerUrl?: string | undefined;
  /** MSCLI_STATE_URL: `file:` URL of the state folder. Default: `.mscli` beside the nearest `mscli.yaml`. */
  readonly stateUrl: string;
  /** MSCLI_INSTANCE_ID. Default `<service>-<pid>`. */
  readonly instanceId: string;
  /** LOG_LEVEL. Default `info`. */
  readonly logLevel: string;
  /** MSCLI_STOP_DEADLINE_MS: how long a graceful stop may take. Default 10 000. */
  readonly stopDeadlineMs: number;
  /** Version of the service's code, for dead letters: from its package.json. */
  readonly version?: string | undefined;
}

/** Where the environment is read from. */
export interface EnvironmentSource {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly pid: number;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Reads a service's environment.
 *
 * @throws {MscliError} `INVALID_ENVIRONMENT` with every fault
 */
export function readEnvironment(
  service: string,
  { env, cwd, pid }: EnvironmentSource = { env: process.env, cwd: process.cwd(), pid: process.pid },
): ServiceEnvironment {
  const faults: string[] = [];
  const whole = (name: string, fallback: number, highest: number): number => {
    const text = env[name] || String(fallback);
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= highest) return value;
    faults.push(`${name} is "${text}", but must be a whole number up to ${highest}.`);
    return fallback;
  };
  const port = whole('PORT', 0, 65_535);
  const stopDeadlineMs = whole('MSCLI_STOP_DEADLINE_MS', 10_000, 3_600_000);
  const logLevel = (env.LOG_LEVEL || 'info').toLowerCase();
  if (!levels.includes(logLevel)) faults.push(`LOG_LEVEL is "${logLevel}", but must be one of ${levels.join(', ')}.`);
  const stateUrl = env.MSCLI_STATE_URL || stateUrlOfWorkspace(cwd);
  if (!stateUrl) faults.push(`MSCLI_STATE_URL is not set, and there is no mscli.yaml in ${cwd} or above.`);
  if (faults.length > 0 || !stateUrl) {
    throw new MscliError('INVALID_ENVIRONMENT', faults.join(' '), {
      hint: 'Start the service with mscli up, or from within its workspace, or set the variable.',
    });
  }
  return {
    port,
    host: env.HOST || '127.0.0.1',
    brokerUrl: env.MSCLI_BROKER_URL || undefined,
    stateUrl,
    instanceId: env.MSCLI_INSTANCE_ID || `${service}-${pid}`,
    logLevel,
    stopDeadlineMs,
    version: versionOf(cwd),
  };
}

function stateUrlOfWorkspace(cwd: string): string | undefined {
  const file = nearest('mscli.yaml', cwd);
  return file && pathToFileURL(join(dirname(file), '.mscli')).href;
}

function versionOf(cwd: string): string | undefined {
  const file = nearest('package.json', cwd);
  if (!file) return undefined;
  try {
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

function nearest(name: string, folder: string): string | undefined {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearest(name, parent);
}

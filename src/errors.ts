import { MscliError } from '@mscli/runtime/errors';

export { MscliError };

/** The exit codes of the command line, and the error codes that lead to each. Anything else exits with 1. */
export const exitCodes = {
  2: {
    meaning: 'the command line is wrong: an unknown command or flag, an invalid name',
    codes: ['USAGE', 'INVALID_NAME', 'INVALID_TEMPLATE'],
  },
  3: {
    meaning: 'no workspace here, or its configuration, its state or an event is invalid',
    codes: [
      'NO_WORKSPACE',
      'INVALID_CONFIG',
      'INVALID_EVENT',
      'INVALID_BROKER_URL',
      'DISCOVERY_UNREADABLE',
      'DISCOVERY_VERSION',
      'STATE_UNREADABLE',
    ],
  },
  4: { meaning: 'what was named does not exist', codes: ['NOT_FOUND', 'SAGA_AMBIGUOUS'] },
  5: {
    meaning: 'something is in the way: files, a running workspace, a port, another broker',
    codes: ['EXISTS', 'ALREADY_RUNNING', 'PORT_TAKEN', 'BROKER_CHANGED'],
  },
  6: {
    meaning: 'something is not running: the workspace, the broker, Docker',
    codes: ['NOT_RUNNING', 'BROKER_UNAVAILABLE', 'DOCKER_UNAVAILABLE'],
  },
  7: {
    meaning: 'a service could not be built, installed or kept running',
    codes: ['BUILD_FAILED', 'SERVICE_FAILED', 'INSTALL_FAILED'],
  },
  8: { meaning: 'time is up', codes: ['TIMEOUT'] },
  9: { meaning: 'a file could not be written', codes: ['WRITE_FAILED', 'DISCOVERY_WRITE', 'LOCK_FAILED'] },
  130: { meaning: 'interrupted', codes: ['INTERRUPTED'] },
} as const;

export type ErrorCode = (typeof exitCodes)[keyof typeof exitCodes]['codes'][number];

const exitCodeByErrorCode = new Map<string, number>(
  Object.entries(exitCodes).flatMap(([exit, { codes }]) => codes.map((code) => [code, Number(exit)] as const)),
);

/** A failure with a code from the table above. */
export function failure(
  code: ErrorCode,
  message: string,
  options: { hint?: string; cause?: unknown } = {},
): MscliError {
  return new MscliError(code, message, options);
}

export function exitCodeOf(error: unknown): number {
  return error instanceof MscliError ? (exitCodeByErrorCode.get(error.code) ?? 1) : 1;
}

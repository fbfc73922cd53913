import { MscliError } from '@mscli/runtime/errors';

export { MscliError };

/** The exit codes of the command line, and the error codes that lead to each. Anything else exits with 1. */
const exitCodes = {
  2: ['USAGE', 'INVALID_NAME', 'INVALID_TEMPLATE'],
  3: ['NO_WORKSPACE', 'INVALID_CONFIG', 'INVALID_EVENT', 'INVALID_BROKER_URL', 'DISCOVERY_VERSION', 'STATE_UNREADABLE'],
  4: ['NOT_FOUND', 'SAGA_AMBIGUOUS'],
  5: ['EXISTS', 'ALREADY_RUNNING', 'PORT_TAKEN', 'BROKER_CHANGED'],
  6: ['NOT_RUNNING', 'BROKER_UNAVAILABLE', 'DOCKER_UNAVAILABLE'],
  7: ['BUILD_FAILED', 'SERVICE_FAILED', 'INSTALL_FAILED'],
  8: ['TIMEOUT'],
  9: ['WRITE_FAILED'],
  130: ['INTERRUPTED'],
} as const;

export type ErrorCode = (typeof exitCodes)[keyof typeof exitCodes][number];

const exitCodeByErrorCode = new Map<string, number>(
  Object.entries(exitCodes).flatMap(([exit, codes]) => codes.map((code) => [code, Number(exit)] as const)),
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

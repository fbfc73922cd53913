import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How RabbitMQ hashes passwords, by the names that its API has for the ways. */
const ALGORITHMS = {
  rabbit_password_hashing_sha256: 'sha256',
  rabbit_password_hashing_sha512: 'sha512',
  rabbit_password_hashing_md5: 'md5',
} as const;

const SALT_BYTES = 4;

export type HashingAlgorithm = keyof typeof ALGORITHMS;

/** A password as it is kept: a salt, and the hash of salt and password; empty for a user who cannot log in with one. */
export interface PasswordHash {
  readonly algorithm: HashingAlgorithm;
  readonly bytes: Buffer;
}

export const NO_PASSWORD: PasswordHash = { algorithm: 'rabbit_password_hashing_sha256', bytes: Buffer.alloc(0) };

export function isHashingAlgorithm(name: string): name is HashingAlgorithm {
  return Object.hasOwn(ALGORITHMS, name);
}

export function hashPassword(password: string): PasswordHash {
  const algorithm = 'rabbit_password_hashing_sha256';
  const salt = randomBytes(SALT_BYTES);
  return { algorithm, bytes: Buffer.concat([salt, digest(algorithm, salt, password)]) };
}

/** Takes the same time for every password of one length. Nobody can log in with an empty one, as in RabbitMQ. */
export function isPassword(password: string, { algorithm, bytes }: PasswordHash): boolean {
  const expected = bytes.subarray(SALT_BYTES);
  const actual = digest(algorithm, bytes.subarray(0, SALT_BYTES), password);
  return password !== '' && expected.length === actual.length && timingSafeEqual(actual, expected);
}

function digest(algorithm: HashingAlgorithm, salt: Buffer, password: string): Buffer {
  return createHash(ALGORITHMS[algorithm]).update(salt).update(password).digest();
}

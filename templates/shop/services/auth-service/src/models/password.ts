import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, Buffer>(scrypt);
const keyLength = 32;

/** `<salt>:<key>` in hex. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, keyLength);
  return `${salt.toString('hex')}:${key.toString('hex')}`;
}

/** Takes as long without a hash as with one. */
export async function passwordMatches(password: string, hash: string | undefined): Promise<boolean> {
  const [salt = '', key = ''] = hash?.split(':') ?? [];
  const expected = hash ? Buffer.from(key, 'hex') : randomBytes(keyLength);
  const actual = await derive(password, Buffer.from(salt, 'hex'), keyLength);
  return timingSafeEqual(actual, expected);
}

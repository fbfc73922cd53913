import { randomFillSync } from 'node:crypto';

/** So many random bytes as hexadecimal digits. */
export type RandomHex = (bytes: number) => string;

/** Random digits, taken from the system in a batch: one by one, they would cost more than the rest of a request's trace. */
export function batchedRandomHex(batchBytes = 4096): RandomHex {
  const batch = Buffer.alloc(batchBytes);
  let digits = '';
  let used = 0;
  return (bytes) => {
    if (used + 2 * bytes > digits.length) {
      digits = randomFillSync(batch).toString('hex');
      used = 0;
    }
    used += 2 * bytes;
    return digits.slice(used - 2 * bytes, used);
  };
}

/** A random UUID (RFC 9562 §5.4). */
export function randomUuid(random: RandomHex): string {
  const hex = random(16);
  const variant = variants.charAt(Number.parseInt(hex.charAt(16), 16) % variants.length);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

const variants = '89ab';

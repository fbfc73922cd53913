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

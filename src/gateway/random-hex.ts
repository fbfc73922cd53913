import { randomFillSync } from 'node:crypto';

/** So many random bytes as hexadecimal digits. */
export type RandomHex = (bytes: number) => string;

/** Random digits, taken from the system in a batch: one by one, they would cost more than the rest of a request's trace. */
export function batchedRandomHex(batchBytes = 4096): RandomHex {
  const batch = Buffer.alloc(batchBytes);
  let used = batchBytes;
  return (bytes) => {
    if (used + bytes > batchBytes) {
      randomFillSync(batch);
      used = 0;
    }
    used += bytes;
    return batch.toString('hex', used - bytes, used);
  };
}

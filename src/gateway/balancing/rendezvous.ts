import type { Instance } from '@mscli/runtime/discovery';
import type { KeyReader } from '../policies/read-key.js';
import type { Balancer } from './balancer.js';
import { hashText, scramble } from './hash-text.js';

/**
 * The same instance for the same key: the one with the highest score of both (rendezvous hashing, Thaler and Ravishankar).
 * When an instance goes only its own keys move, and a new one takes an equal share from each. Without a key: in turn.
 */
export function rendezvous(readKey: KeyReader): Balancer {
  const hashes = new WeakMap<Instance, number>();
  let turn = 0;
  const hashOf = (instance: Instance) => {
    const known = hashes.get(instance);
    if (known !== undefined) return known;
    const hash = hashText(instance.id);
    hashes.set(instance, hash);
    return hash;
  };
  return (candidates, exchange) => {
    const key = readKey(exchange);
    if (key === undefined) {
      turn = (turn + 1) % candidates.length;
      return candidates[turn];
    }
    const keyHash = hashText(key);
    let best = candidates[0];
    let highest = -1;
    for (const candidate of candidates) {
      const score = scramble(keyHash ^ hashOf(candidate));
      if (score <= highest) continue;
      best = candidate;
      highest = score;
    }
    return best;
  };
}

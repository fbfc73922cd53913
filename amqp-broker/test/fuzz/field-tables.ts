import type { Random } from './random.js';

/** Octets of a value by the letter of its type; what is of no fixed length has a maker of its own. */
const FIXED = { t: 1, b: 1, B: 1, s: 2, u: 2, I: 4, i: 4, l: 8, f: 4, d: 8, D: 5, T: 8, V: 0 } as const;
const LETTERS = [...Object.keys(FIXED), 'S', 'x', 'A', 'F'];
/** Names that mean something to a broker. */
const NAMES = ['x-max-length', 'x-message-ttl', 'x-match', 'x-death', 'CC', 'x-max-priority', 'x-queue-type', 'a', ''];
const DEEPEST = 3;

/** A well-formed field table with fields of any types. */
export function fieldTable(random: Random, depth = 0): Buffer {
  const fields = Array.from({ length: random.below(5) }, () => {
    const name = Buffer.from(random.pick(NAMES));
    return Buffer.concat([Buffer.from([name.length]), name, field(random, depth)]);
  });
  return withLength(Buffer.concat(fields));
}

function field(random: Random, depth: number): Buffer {
  const letter = random.pick(depth < DEEPEST ? LETTERS : Object.keys(FIXED));
  return Buffer.concat([Buffer.from(letter), octetsFor(letter, random, depth)]);
}

function octetsFor(letter: string, random: Random, depth: number): Buffer {
  switch (letter) {
    case 'S':
    case 'x':
      return withLength(random.bytes(random.below(10)));
    case 'A':
      return withLength(Buffer.concat(Array.from({ length: random.below(4) }, () => field(random, depth + 1))));
    case 'F':
      return fieldTable(random, depth + 1);
    default:
      return random.bytes(FIXED[letter as keyof typeof FIXED]);
  }
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

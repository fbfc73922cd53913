import { readAnswer, readRequests } from '../../setup/read-messages.js';
import { forwardAgain } from '../forward-again.js';
import { makeAnswer } from '../make-answer.js';
import { makeRequests } from '../make-requests.js';
import { readAnswerAsNode } from '../node-oracle.js';
import { random } from '../random.js';
import type { Found } from '../run-fuzz.js';
import { compareAnswerWithNginx } from './compare-answers.js';
import { type Compared, compareForwarded, compareWithNginx } from './compare-requests.js';
import { isRefusedByPasses } from './is-refused-by-passes.js';
import type { NginxAnswers } from './nginx-answers.js';
import type { NginxRequests } from './nginx-requests.js';

export interface NginxFuzzed {
  inputs: number;
  /** Messages that mean the same here and there. */
  agreed: number;
  /** How often nginx is not followed, by reason. */
  reasons: Record<string, number>;
  found: Found[];
}

type Range = { count: number; seed: number };

const AT_ONCE = 256;
const MOST_FOUND = 20;

/** Makes so many inputs from consecutive seeds and shows each to our reader and to nginx, which also gets what would be sent on. */
export function fuzzRequests(nginx: NginxRequests, range: Range): Promise<NginxFuzzed> {
  return inBatches(range, async (seeds) => {
    const inputs = seeds.map((seed) => makeRequests(random(seed)));
    const ours = inputs.map((bytes) => readRequests([bytes]));
    const sent = ours.flatMap(({ messages }, place) =>
      messages
        .filter((message) => message.isComplete && !isRefusedByPasses(message))
        .map((message) => ({ place, message, bytes: forwardAgain(message) })),
    );
    const reads = await nginx.read([...inputs, ...sent.map(({ bytes }) => bytes)]);
    const compared = ours.map((one, i) => ({
      bytes: inputs[i] as Buffer,
      ...compareWithNginx(one, inputs[i] as Buffer, reads[i] ?? []),
    }));
    for (const [i, { place, message, bytes }] of sent.entries()) {
      const difference = compareForwarded(message, reads[inputs.length + i] ?? []);
      const known = compared[place];
      if (difference !== undefined && known !== undefined && known.difference === undefined)
        Object.assign(known, { bytes, difference });
    }
    return compared;
  });
}

/** The same for answers. */
export function fuzzAnswers(nginx: NginxAnswers, range: Range): Promise<NginxFuzzed> {
  return inBatches(range, async (seeds) => {
    const inputs = seeds.map((seed) => {
      const from = random(seed);
      const method = from.oneIn(10) ? 'HEAD' : 'GET';
      return { method, bytes: makeAnswer(from) };
    });
    const passedOn = await nginx.read(
      inputs.map(({ bytes }) => bytes),
      inputs.map(({ method }) => method),
    );
    return Promise.all(
      inputs.map(async ({ method, bytes }, i) => {
        const behind = await readAnswerAsNode(passedOn[i] ?? Buffer.alloc(0), method);
        return { bytes, ...compareAnswerWithNginx(readAnswer([bytes], { method }), bytes, behind) };
      }),
    );
  });
}

async function inBatches(
  { count, seed }: Range,
  fuzz: (seeds: readonly number[]) => Promise<(Compared & { bytes: Buffer })[]>,
): Promise<NginxFuzzed> {
  const fuzzed: NginxFuzzed = { inputs: 0, agreed: 0, reasons: {}, found: [] };
  for (let first = seed; first < seed + count && fuzzed.found.length < MOST_FOUND; first += AT_ONCE) {
    const seeds = Array.from({ length: Math.min(AT_ONCE, seed + count - first) }, (_, i) => first + i);
    for (const [i, { bytes, agreed, difference, reason }] of (await fuzz(seeds)).entries()) {
      fuzzed.inputs += 1;
      fuzzed.agreed += agreed;
      if (reason !== undefined) fuzzed.reasons[reason] = (fuzzed.reasons[reason] ?? 0) + 1;
      if (difference !== undefined)
        fuzzed.found.push({ seed: first + i, bytes: bytes.toString('latin1'), ...difference });
    }
  }
  return fuzzed;
}

import { isDeepStrictEqual } from 'node:util';
import type { RequestHead } from '../../../src/gateway/http1/request-reader.js';
import { type Read, readAnswer, readRequests } from '../setup/read-messages.js';
import { compareAnswers, compareRequests, type Difference } from './compare.js';
import { forwardAgain } from './forward-again.js';
import { makeAnswer } from './make-answer.js';
import { makeRequests } from './make-requests.js';
import { cutBytes } from './mutate-message.js';
import { NodeRequests, readAnswerAsNode } from './node-oracle.js';
import { type Random, random } from './random.js';

export interface Found extends Difference {
  /** With which the same input is made again. */
  seed: number;
  bytes: string;
}

export interface Fuzzed {
  inputs: number;
  /** Messages that were understood as a whole. */
  understood: number;
  refused: number;
  found: Found[];
}

const AT_ONCE = 64;
/** Enough to look at. */
const MOST_FOUND = 20;

/** Makes so many inputs from consecutive seeds and shows each to our readers and to Node. */
export async function runFuzz(
  kind: 'requests' | 'answers',
  { count, seed }: { count: number; seed: number },
): Promise<Fuzzed> {
  const fuzzed: Fuzzed = { inputs: 0, understood: 0, refused: 0, found: [] };
  const one = kind === 'requests' ? requestFuzz() : answerFuzz;
  for (let first = seed; first < seed + count && fuzzed.found.length < MOST_FOUND; first += AT_ONCE) {
    const seeds = Array.from({ length: Math.min(AT_ONCE, seed + count - first) }, (_, i) => first + i);
    await Promise.all(seeds.map((number) => one(random(number), number, fuzzed)));
  }
  return fuzzed;
}

function requestFuzz() {
  const node = new NodeRequests();
  return async (from: Random, seed: number, fuzzed: Fuzzed) => {
    const bytes = makeRequests(from);
    const ours = readRequests([bytes]);
    const byCut = differenceOfCut(bytes, from, readRequests);
    const difference = byCut ?? compareRequests(ours, await node.read(bytes)) ?? (await compareForwarded(ours, node));
    tally(fuzzed, { seed, bytes, ours, difference });
  };
}

/** What is sent on must be one request to Node, with the same line and body. */
async function compareForwarded({ messages }: Read<RequestHead>, node: NodeRequests): Promise<Difference | undefined> {
  for (const message of messages) {
    if (!message.isComplete || message.head.method === 'CONNECT') continue;
    const bytes = forwardAgain(message);
    const nodes = await node.read(bytes);
    const { body, isComplete, line } = nodes.messages[0] ?? {};
    const isSame = body === message.body && line === `${message.head.method} ${message.head.target} 1.1`;
    if (!isSame || !isComplete || nodes.messages.length !== 1 || nodes.refused !== undefined) {
      return { kind: 'sent on, it is another request', ours: bytes.toString('latin1'), nodes };
    }
  }
  return undefined;
}

async function answerFuzz(from: Random, seed: number, fuzzed: Fuzzed): Promise<void> {
  const method = from.oneIn(10) ? 'HEAD' : 'GET';
  const bytes = makeAnswer(from);
  const ours = readAnswer([bytes], { method });
  const byCut = differenceOfCut(bytes, from, (pieces) => readAnswer(pieces, { method }));
  const byForm = differenceOfForm(ours, readAnswer([bytes.toString('latin1')], { method }));
  const difference = byCut ?? byForm ?? compareAnswers(ours, await readAnswerAsNode(bytes, method));
  tally(fuzzed, { seed, bytes, ours, difference });
}

/** Short answers are read as text. */
function differenceOfForm(ours: unknown, asText: unknown): Difference | undefined {
  const isSame = isDeepStrictEqual(ours, asText);
  return isSame ? undefined : { kind: 'it is something else as text', ours, nodes: asText };
}

/** A line that has not ended may be looked at later in pieces than as a whole; the NUL behind it makes up for that. */
function differenceOfCut(bytes: Buffer, from: Random, read: (pieces: Buffer[]) => unknown): Difference | undefined {
  const behind = Buffer.from([0]);
  const ours = read([bytes, behind]);
  const cut = read([...cutBytes(bytes, from), behind]);
  return isDeepStrictEqual(ours, cut) ? undefined : { kind: 'it depends on how the bytes are cut', ours, nodes: cut };
}

function tally(
  fuzzed: Fuzzed,
  result: {
    seed: number;
    bytes: Buffer;
    ours: { messages: readonly { isComplete: boolean }[]; refused?: unknown };
    difference: Difference | undefined;
  },
): void {
  const { seed, bytes, ours, difference } = result;
  fuzzed.inputs += 1;
  fuzzed.understood += ours.messages.filter(({ isComplete }) => isComplete).length;
  if (ours.refused !== undefined) fuzzed.refused += 1;
  if (difference !== undefined) fuzzed.found.push({ seed, bytes: bytes.toString('latin1'), ...difference });
}

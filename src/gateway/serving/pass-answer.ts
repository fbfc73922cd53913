import type { Exchange } from '../exchange.js';
import type { AnswerHead } from '../http1/answer-reader.js';
import type { AnswerPass, AnswerSink, PassedAnswer, SinkEvents } from './answer-sink.js';
import type { AnswerToClient, Client } from './client.js';

/** Sends the head of an answer to the client, by way of its route's passes, the first one the nearest to the upstream; gives back where its body goes. */
export function passAnswer(
  passes: readonly AnswerPass[],
  answer: AnswerToClient,
  options: { client: Client; exchange: Exchange; original: AnswerHead; events: SinkEvents },
): AnswerSink {
  const { client, exchange, original, events } = options;
  const ways: NonNullable<PassedAnswer['through']>[] = [];
  let head = answer;
  for (const pass of passes) {
    const passed = pass(head, exchange, original);
    head = passed.answer;
    if (passed.through !== undefined) ways.push(passed.through);
  }
  client.answer(head);
  return ways.reduceRight<AnswerSink>((next, through) => through(next, events), client);
}

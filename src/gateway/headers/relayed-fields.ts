import type { AnswerHead } from '../http1/answer-reader.js';
import { fieldLines } from '../http1/field-text.js';
import type { FieldEdits } from './field-edits.js';
import type { Fields } from './fields.js';
import { alwaysHopByHop, hopByHopNames } from './hop-by-hop.js';
import { keptLines } from './kept-lines.js';
import { ordinaryNames } from './ordinary-names.js';
import { firstValue, keepFields } from './raw-headers.js';
import { PSEUDONYM } from './request-lines.js';

/** What the gateway has to say in an answer that it passes on. */
export interface OwnWords {
  readonly requestId: string;
  readonly date: string;
  readonly edits: FieldEdits | undefined;
}

/** The header fields of an answer that go to the client. Those of its connection are not among them. */
export class RelayedFields implements Fields {
  readonly #answer: AnswerHead;
  readonly #own: OwnWords;
  readonly #takesTrailers: boolean;
  readonly #hopByHop: ReadonlySet<string>;

  constructor(answer: AnswerHead, own: OwnWords, { takesTrailers }: { takesTrailers: boolean }) {
    this.#answer = answer;
    this.#own = own;
    this.#takesTrailers = takesTrailers;
    this.#hopByHop = hopByHopNames(answer.headers);
  }

  get pairs(): string[] {
    const { httpVersion, headers } = this.#answer;
    const { requestId, edits } = this.#own;
    const kept = keepFields(headers, (name) => !this.#isDropped(name));
    kept.push('Via', `${httpVersion} ${PSEUDONYM}`, 'X-Request-Id', requestId);
    if (edits !== undefined) kept.push(...edits.add);
    if (!this.#hasDate) kept.push('Date', this.#own.date);
    return kept;
  }

  get lines(): string {
    const { httpVersion, headers, lines } = this.#answer;
    const { requestId, edits } = this.#own;
    // Most names are known as they are spelt.
    const isUsual = this.#hopByHop === alwaysHopByHop && edits === undefined;
    const kept = keptLines(headers, lines, (name) => {
      if (isUsual && (ordinaryNames.has(name) || (name === 'Content-Length' && this.#answer.status !== 204)))
        return false;
      return this.#isDropped(name.toLowerCase());
    });
    const own = `Via: ${httpVersion} ${PSEUDONYM}\r\nX-Request-Id: ${requestId}\r\n`;
    const added = edits === undefined ? '' : fieldLines(edits.add);
    return kept + own + added + (this.#hasDate ? '' : `Date: ${this.#own.date}\r\n`);
  }

  /** RFC 9110 §6.6.1: who forwards an answer without a date adds it. */
  get #hasDate(): boolean {
    return firstValue(this.#answer.headers, 'date') !== undefined;
  }

  /** By its name in lower case. */
  #isDropped(name: string): boolean {
    if (this.#own.edits?.drop.has(name) === true) return true;
    switch (name) {
      case 'x-request-id':
        return true;
      case 'content-length':
        // RFC 9110 §8.6: a 204 has none.
        return this.#answer.status === 204;
      case 'trailer':
        return !this.#takesTrailers;
      default:
        return this.#hopByHop.has(name);
    }
  }
}

/** The header fields of an interim answer that go to the client: a 103's links, for instance. */
export function interimHeaders({ headers }: AnswerHead): string[] {
  const hopByHop = hopByHopNames(headers);
  return keepFields(headers, (name) => name !== 'content-length' && name !== 'x-request-id' && !hopByHop.has(name));
}

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { StoredAnswer } from '../../answers/stored-answer.js';
import type { Exchange } from '../../exchange.js';
import { withHeaders } from '../../http1/answer-reader.js';
import type { Coding } from '../compression/accept-encoding.js';
import type { CodingChooser } from '../compression/coding-chooser.js';
import { compressedFields } from '../compression/compressed-fields.js';
import type { ResponseStore } from './response-store.js';
import type { StoredResponse } from './stored-response.js';

/** At once, beside the requests. */
const MOST_RUNNING = 2;
/** Made once and given out often, so it may take longer than on the way. */
const BROTLI_QUALITY = 6;

/** Compresses what is stored and was asked for again, once for each coding: to compress it for each client would cost ten times a hit. */
export class CodedBodies {
  readonly #choose: CodingChooser;
  readonly #store: ResponseStore;
  readonly #running = new Set<Buffer>();

  constructor(choose: CodingChooser, store: ResponseStore) {
    this.#choose = choose;
    this.#store = store;
  }

  /** The answer in the coding that the client likes best, where there is one; else it is made for the next one. */
  recode(
    answer: StoredAnswer,
    exchange: Exchange,
    { key, stored }: { key: string; stored: StoredResponse },
  ): StoredAnswer {
    const { head } = answer;
    if (head.status === 304) return answer;
    const framing = { kind: 'length', length: stored.body.length } as const;
    const coding = this.#choose(exchange, { status: head.status, headers: head.headers, framing });
    if (coding === undefined || coding === 'identity') return answer;
    const body = stored.coded.get(coding);
    if (body === undefined) {
      if (stored.body.length > 0) void this.#make(key, stored, coding);
      return answer;
    }
    const headers = [...compressedFields(head.headers, coding), 'Content-Length', String(body.length)];
    return { kind: 'stored', head: withHeaders(head, headers), body: exchange.method === 'HEAD' ? answer.body : body };
  }

  async #make(key: string, stored: StoredResponse, coding: Coding): Promise<void> {
    if (this.#running.size >= MOST_RUNNING || this.#running.has(stored.body)) return;
    this.#running.add(stored.body);
    try {
      this.#store.keepCoded(key, stored, coding, await compressed(stored.body, coding));
    } catch {
      // Then it is compressed on its way, for each client.
    } finally {
      this.#running.delete(stored.body);
    }
  }
}

async function compressed(body: Buffer, coding: Coding): Promise<Buffer> {
  if (coding === 'gzip') return promisify(gzip)(body);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
  };
  return promisify(brotliCompress)(body, { params });
}

import { isMap, type Json } from './json.js';

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_LEVELS = 256;
/** What a value takes beside its text. */
const EACH_BYTES = 8;

/**
 * How much the merged document may hold of one service's, in bytes of JSON or what takes as long to make. A document that is not large
 * can become so: every route that leads to the service copies its paths, and a reference into the midst of something copies all of that.
 */
export class Room {
  #left = MOST_BYTES;

  /** Throws an error with a reason where there is no room, or where what is nested in it is too deep to be walked. */
  take(value: Json, level = 0): void {
    if (level > MOST_LEVELS) throw new Error(`its document is nested more than ${MOST_LEVELS} levels deep`);
    this.takeBytes(typeof value === 'string' ? value.length + EACH_BYTES : EACH_BYTES);
    if (Array.isArray(value)) for (const item of value) this.take(item, level + 1);
    if (!isMap(value)) return;
    for (const [key, inner] of Object.entries(value)) {
      this.takeBytes(key.length);
      this.take(inner, level + 1);
    }
  }

  takeBytes(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new Error(`it would take more than ${MOST_BYTES / 1024 ** 2} MB here`);
  }
}

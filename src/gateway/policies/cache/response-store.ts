import type { Coding } from '../compression/accept-encoding.js';
import type { SelectingFields } from './selecting-fields.js';
import { bytesOf, type StoredResponse } from './stored-response.js';

export interface StoreBounds {
  /** Of all that is stored or on its way into the store. */
  readonly maxBytes: number;
  readonly maxEntries: number;
}

interface Resource {
  /** The newest last. */
  readonly variants: StoredResponse[];
}

/** Answers to one target that differ by what the request said. */
const MOST_VARIANTS = 16;

/** Answers by their key, bounded in bytes and number; what was not used for longest goes first. */
export class ResponseStore {
  /** In the order of their use. */
  readonly #resources = new Map<string, Resource>();
  #bytes = 0;
  #reserved = 0;
  #entries = 0;

  constructor(readonly bounds: StoreBounds) {}

  get bytes(): number {
    return this.#bytes + this.#reserved;
  }

  get entries(): number {
    return this.#entries;
  }

  /** The newest answer to a target that suits. */
  find(key: string, suits: (response: StoredResponse) => boolean): StoredResponse | undefined {
    const resource = this.#resources.get(key);
    if (resource === undefined) return undefined;
    this.#use(key, resource);
    return resource.variants.findLast(suits);
  }

  /** Whether there is an answer for some other request to the same target. */
  knows(key: string): boolean {
    return this.#resources.has(key);
  }

  put(key: string, response: StoredResponse): void {
    const resource = this.#resources.get(key) ?? { variants: [] };
    const same = resource.variants.findIndex(({ selecting }) => isSame(selecting, response.selecting));
    if (same !== -1) this.#take(key, resource, same);
    else if (resource.variants.length >= MOST_VARIANTS) this.#take(key, resource, 0);
    resource.variants.push(response);
    this.#bytes += key.length + bytesOf(response);
    this.#entries += 1;
    this.#use(key, resource);
    this.#makeRoom();
  }

  /** Keeps a body in another coding, as long as the answer is there. */
  keepCoded(key: string, { coded }: StoredResponse, coding: Coding, body: Buffer): void {
    const isThere = this.#resources.get(key)?.variants.some((variant) => variant.coded === coded) === true;
    if (!isThere || coded.has(coding)) return;
    coded.set(coding, body);
    this.#bytes += body.length;
    this.#makeRoom();
  }

  /** Takes one answer out, or all to a target. */
  delete(key: string, response?: StoredResponse): void {
    const resource = this.#resources.get(key);
    if (resource === undefined) return;
    for (let at = resource.variants.length - 1; at >= 0; at--) {
      if (response === undefined || resource.variants[at] === response) this.#take(key, resource, at);
    }
    if (resource.variants.length === 0) this.#resources.delete(key);
  }

  /** Room for a part of an answer that is on its way; each true needs a {@link free}. What is on its way has at most half of the room. */
  reserve(bytes: number): boolean {
    if (this.#reserved + bytes > this.bounds.maxBytes / 2) return false;
    this.#reserved += bytes;
    this.#makeRoom();
    return true;
  }

  free(bytes: number): void {
    this.#reserved -= bytes;
  }

  #use(key: string, resource: Resource): void {
    this.#resources.delete(key);
    this.#resources.set(key, resource);
  }

  #makeRoom(): void {
    const { maxBytes, maxEntries } = this.bounds;
    for (const [key, resource] of this.#resources) {
      while (resource.variants.length > 0) {
        if (this.bytes <= maxBytes && this.#entries <= maxEntries) return;
        this.#take(key, resource, 0);
      }
      this.#resources.delete(key);
    }
  }

  #take(key: string, { variants }: Resource, at: number): void {
    const [taken] = variants.splice(at, 1);
    if (taken === undefined) return;
    this.#bytes -= key.length + bytesOf(taken);
    this.#entries -= 1;
  }
}

function isSame(one: SelectingFields, other: SelectingFields): boolean {
  const text = (fields: SelectingFields) => JSON.stringify(fields);
  return text(one) === text(other);
}

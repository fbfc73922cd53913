import { ownText } from '../http1/own-text.js';

/** The other end of a client's connection, as the gateway itself sees it. */
export class Peer {
  #host: string | undefined;
  #strippedPrefix: string | undefined;
  #lines: string | undefined;

  constructor(
    /** As the socket gives it. */
    readonly address: string,
    readonly protocol: 'http' | 'https',
  ) {}

  /**
   * `Forwarded` (RFC 7239) and its older spellings: field lines. `host` is the request's Host field, undefined from an HTTP/1.0 client
   * without one. Mostly they are those of the request before.
   */
  forwardedLines(host: string | undefined, strippedPrefix: string | undefined): string {
    if (this.#lines === undefined || host !== this.#host || strippedPrefix !== this.#strippedPrefix) {
      this.#lines = this.#forwarded(host, strippedPrefix);
      this.#host = host && ownText(host);
      this.#strippedPrefix = strippedPrefix;
    }
    return this.#lines;
  }

  #forwarded(host: string | undefined, strippedPrefix: string | undefined): string {
    const address = plainAddress(this.address);
    const node = address.includes(':') ? `"[${address}]"` : address;
    const named = host === undefined ? '' : `host="${host}";`;
    const lines = [
      `Forwarded: for=${node};${named}proto=${this.protocol}`,
      `X-Forwarded-For: ${address}`,
      `X-Forwarded-Proto: ${this.protocol}`,
      ...(host === undefined ? [] : [`X-Forwarded-Host: ${host}`]),
      ...(strippedPrefix === undefined ? [] : [`X-Forwarded-Prefix: ${percentEncoded(strippedPrefix)}`]),
      '',
    ];
    return lines.join('\r\n');
  }
}

/** Without the zone of an IPv6 address, and IPv4 as such. */
function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  return address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
}

/** A route's path is anybody's text; as latin1, some letters beyond ASCII would be line ends. */
function percentEncoded(path: string): string {
  return path.replace(/[^!-~]+/g, (text) => Buffer.from(text).toString('latin1').replace(/./gs, hexOf));
}

function hexOf(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

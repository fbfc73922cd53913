/** What JSON can say. */
export type Json = null | boolean | number | string | Json[] | JsonMap;

export interface JsonMap {
  [key: string]: Json;
}

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The map there, or an empty one. */
export function mapOf(value: Json | undefined): JsonMap {
  return isMap(value) ? value : {};
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** The tokens of a JSON Pointer in a reference within the document (RFC 6901 §6), such as `#/components/schemas/Order`. */
export function pointerTokens(reference: string): string[] | undefined {
  if (!reference.startsWith('#/')) return undefined;
  try {
    return decodeURIComponent(reference.slice(2))
      .split('/')
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    return undefined;
  }
}

export function pointerTo(tokens: readonly string[]): string {
  return `#/${tokens.map((token) => encodeURI(token.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
}

/** What a pointer points at. */
export function valueAt(document: Json, tokens: readonly string[]): Json | undefined {
  return tokens.reduce<Json | undefined>((value, token) => {
    if (Array.isArray(value)) return value[Number(token)];
    return isMap(value) && Object.hasOwn(value, token) ? value[token] : undefined;
  }, document);
}

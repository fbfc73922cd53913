/** Where a message's body ends. */
export type Framing =
  | { readonly kind: 'none' }
  /** At least 1. */
  | { readonly kind: 'length'; readonly length: number }
  | { readonly kind: 'chunked' }
  /** With the connection; answers only. */
  | { readonly kind: 'until-close' };

export const noBody: Framing = { kind: 'none' };
export const chunked: Framing = { kind: 'chunked' };
export const untilClose: Framing = { kind: 'until-close' };

import { type FieldEdits, setField } from '../../headers/field-edits.js';

/** Claims as the fields `x-jwt-<claim>` of the request, which clients cannot send. */
export function addClaimFields(
  edits: FieldEdits | undefined,
  claims: Readonly<Record<string, unknown>>,
  forward: readonly string[],
): FieldEdits | undefined {
  let changed = edits;
  for (const name of forward) {
    const text = claimText(claims[name]);
    if (text !== undefined && text.length <= LONGEST) {
      changed = setField(changed, `X-Jwt-${name.replaceAll('_', '-')}`, text);
    }
  }
  return changed;
}

const LONGEST = 4096;

/** Plain text as it is; everything else, and text that looks like it or is not ASCII, as JSON in ASCII. */
export function claimText(claim: unknown): string | undefined {
  if (claim === undefined || claim === null) return undefined;
  if (typeof claim === 'string' && /^[!#-Z\\^-z|~](?:[ -~]*[!-~])?$/.test(claim)) return claim;
  return JSON.stringify(claim).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

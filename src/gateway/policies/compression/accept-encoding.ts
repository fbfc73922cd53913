/** The content codings that the gateway makes. */
export type Coding = 'br' | 'gzip';

/**
 * What a client likes best of the codings on offer, by Accept-Encoding (RFC 9110 §12.5.3); between equals the one that is offered
 * first. Undefined where it says nothing, wants none of them, or prefers the answer as it is.
 */
export function chooseCoding(accepted: readonly string[], offered: readonly Coding[]): Coding | undefined {
  if (accepted.length === 0) return undefined;
  const weights = weightsOf(accepted);
  const others = weights.get('*');
  const identity = weights.get('identity') ?? 0;
  let best: Coding | undefined;
  let most = 0;
  for (const coding of offered) {
    const weight = weights.get(coding) ?? others ?? 0;
    if (weight <= most || weight < identity) continue;
    best = coding;
    most = weight;
  }
  return best;
}

/** A coding that is named twice counts by what was said last; what makes no sense is not acceptable. */
function weightsOf(accepted: readonly string[]): Map<string, number> {
  const weights = new Map<string, number>();
  for (const member of accepted.join(',').split(',')) {
    const [name = '', ...parameters] = member.split(';');
    const coding = name.trim().toLowerCase();
    if (coding === '') continue;
    weights.set(coding === 'x-gzip' ? 'gzip' : coding, weightOf(parameters));
  }
  return weights;
}

/** RFC 9110 §12.4.2: from 0 to 1 with three digits at most. */
export function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=');
    if (name.trim().toLowerCase() !== 'q') continue;
    return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(value.trim()) ? Number(value) : 0;
  }
  return 1;
}

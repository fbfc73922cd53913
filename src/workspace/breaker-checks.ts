import { readDuration } from '../text/duration.js';
import type { Finding } from './issue.js';

/** Settings of a breaker that contradict each other. Works on unvalidated data. */
export function breakerChecks(path: PropertyKey[], breaker: unknown): Finding[] {
  if (typeof breaker !== 'object' || breaker === null) return [];
  const { window, minimumCalls, open = '30s', maxOpen, slowCall, slowCallRate = false } = breaker as Loose;
  const findings: Finding[] = [];
  if (typeof window === 'number' && typeof minimumCalls === 'number' && minimumCalls > window) {
    const message = `${minimumCalls} is more than the window holds, ${window} calls: no rate would ever count`;
    findings.push({ path: [...path, 'minimumCalls'], message });
  }
  if (isLonger(open, maxOpen)) {
    findings.push({ path: [...path, 'maxOpen'], message: `"${maxOpen}" is shorter than open, ${open}` });
  }
  if (slowCall !== undefined && slowCallRate === false) {
    findings.push({ path: [...path, 'slowCall'], message: 'has no effect without slowCallRate' });
  }
  return findings;
}

type Loose = Record<'window' | 'minimumCalls' | 'open' | 'maxOpen' | 'slowCall' | 'slowCallRate', unknown>;

function isLonger(one: unknown, other: unknown): boolean {
  const [left, right] = [one, other].map((text) => (typeof text === 'string' ? readDuration(text) : undefined));
  return left !== undefined && right !== undefined && left > right;
}

import { problem } from '../answers/problem.js';
import { listMembers } from '../headers/raw-headers.js';
import type { Pass } from './pass.js';

/** RFC 9110 §10.1.1: there is one expectation. HTTP/1.0 has none, and what looks like one is passed over. */
export const checkExpectation: Pass = ({ headers, httpVersion }) => {
  const expected = listMembers(headers, 'expect');
  if (httpVersion === '1.0' || expected.every((one) => one === '100-continue')) return undefined;
  return problem('expectation-failed', 'The only expectation that is understood is 100-continue.', { closes: true });
};

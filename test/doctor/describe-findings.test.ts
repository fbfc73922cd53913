import { expect, test } from 'vitest';
import { describeFindings } from '../../src/doctor/describe-findings.js';
import { plain } from '../../src/text/style.js';

test('a finding of several lines keeps its margin, and so does the way out', () => {
  const text = describeFindings(
    [
      { check: 'node', status: 'ok', message: 'Node 20.20.2' },
      { check: 'workspace', status: 'fail', message: 'mscli.yaml has 1 fault:\n  3:1  port', hint: 'Correct it.' },
    ],
    plain,
  );
  expect(text).toBe(`ok    node       Node 20.20.2
fail  workspace  mscli.yaml has 1 fault:
                   3:1  port
                 Correct it.

1 thing to put right
`);
});

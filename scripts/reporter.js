import { writeFileSync } from 'node:fs';

/** A vitest reporter that writes the counts, and each skipped test with its reason, to the file $MSCLI_TEST_SUMMARY. */
export default class SummaryReporter {
  onTestRunEnd(testModules) {
    const summary = { passed: 0, failed: 0, skipped: 0, skips: [] };
    for (const testModule of testModules) {
      // A module that fails before its first test has no test to count.
      if (testModule.state() === 'failed' && testModule.children.size === 0) summary.failed += 1;
      for (const test of testModule.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'pending') continue;
        summary[state] += 1;
        if (state === 'skipped') summary.skips.push({ name: test.fullName, reason: note ?? 'no reason given' });
      }
    }
    writeFileSync(process.env.MSCLI_TEST_SUMMARY, JSON.stringify(summary));
  }
}

import { writeFileSync } from 'node:fs';

/**
 * @typedef {object} TestSummary
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {{ name: string, reason: string }[]} skips each skipped test, and why
 */

/** A vitest reporter that writes a {@link TestSummary} to the file $MSCLI_TEST_SUMMARY. */
export default class SummaryReporter {
  /** @param {readonly import('vitest/node').TestModule[]} testModules */
  onTestRunEnd(testModules) {
    /** @type {TestSummary} */
    const summary = { passed: 0, failed: 0, skipped: 0, skips: [] };
    for (const testModule of testModules) {
      // A module that fails before its first test has no test to count.
      if (testModule.state() === 'failed' && testModule.children.size === 0) summary.failed += 1;
      for (const test of testModule.children.allTests()) {
        const result = test.result();
        if (result.state === 'pending') continue;
        summary[result.state] += 1;
        if (result.state === 'skipped') {
          summary.skips.push({ name: test.fullName, reason: result.note ?? 'no reason given' });
        }
      }
    }
    writeFileSync(String(process.env.MSCLI_TEST_SUMMARY), JSON.stringify(summary));
  }
}

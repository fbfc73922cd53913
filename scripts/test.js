// npm test [-- <vitest filters and options>]: installs, builds, checks, then runs every test that this machine can run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installAndBuild, root } from './ready.js';

const filters = process.argv.slice(2);
installAndBuild();

const checks = filters.length > 0 ? [] : [checkPasses()];
const tests = runTests();
const passed = tests.passed + checks.filter((ok) => ok).length;
const failed = tests.failed + checks.filter((ok) => !ok).length;

for (const { name, reason } of tests.skips) console.log(`skipped: ${name}\n         ${reason}`);
console.log(`${passed} passed, ${failed} failed, ${tests.skipped} skipped`);
process.exit(failed === 0 && tests.passed > 0 ? 0 : 1);

function checkPasses() {
  return spawnSync(process.execPath, ['scripts/check.js'], { cwd: root, stdio: 'inherit' }).status === 0;
}

/** Runs vitest; a run that ends without a summary (a crash, an unhandled error) counts as one failure. */
function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'mscli-test-'));
  const summary = join(folder, 'summary.json');
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', '--reporter=default', `--reporter=${join(root, 'scripts/reporter.js')}`, ...filters],
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, MSCLI_TEST_SUMMARY: summary } },
  );
  try {
    /** @type {import('./reporter.js').TestSummary} */
    const result = JSON.parse(readFileSync(summary, 'utf8'));
    return status !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result;
  } catch {
    return { passed: 0, failed: 1, skipped: 0, skips: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

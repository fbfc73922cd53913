// npm test [-- <vitest filters and options>]: installs, builds, checks, then runs every test that this machine can run.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installAndBuild, root } from './ready.js';

const filters = process.argv.slice(2);
installAndBuild();

const total = { passed: 0, failed: 0, skipped: 0 };
if (filters.length === 0) total[checkPasses() ? 'passed' : 'failed'] += 1;
const tests = runTests();
for (const key of Object.keys(total)) total[key] += tests[key];

for (const { name, reason } of tests.skips) console.log(`skipped: ${name}\n         ${reason}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && tests.ran ? 0 : 1);

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
    const result = JSON.parse(readFileSync(summary, 'utf8'));
    if (status !== 0 && result.failed === 0) result.failed = 1;
    return { ...result, ran: result.passed > 0 };
  } catch {
    return { passed: 0, failed: 1, skipped: 0, skips: [], ran: false };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

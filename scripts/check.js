#!/usr/bin/env node
import { availableParallelism } from 'node:os';
import { runCheck } from './check/run-check.js';
import { install } from './ready.js';

/** `npm run check`: everything that can be known without running the program, with one summary at the end. */
const checks = [
  { name: 'format and lint', program: 'biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'import directions', program: 'node', args: ['scripts/check-imports.js'] },
  { name: 'lock file', program: 'node', args: ['scripts/check-lock.js'] },
  { name: 'command reference', program: 'node', args: ['scripts/reference.js', '--check'] },
  { name: 'types', program: 'tsc', args: ['--noEmit', '-p', '.'] },
  { name: 'unused code', program: 'knip', args: ['--no-progress', '--treat-config-hints-as-errors'] },
  ...['.', 'runtime', 'amqp-broker'].map((folder) => ({
    name: `package ${folder === '.' ? 'mscli' : folder}`,
    program: 'publint',
    args: ['run', folder, '--strict', '--pack', 'npm'],
  })),
];

// One of the checks builds; none may find its program gone while another installs.
install();
const waiting = [...checks];
/** @type {Awaited<ReturnType<typeof runCheck>>[]} */
const results = [];
async function work() {
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) results.push(await runCheck(check));
}
await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work));

for (const { ok, name, output } of results) if (!ok) console.log(`--- ${name}\n${output.trim()}\n`);
for (const { name } of checks) {
  const result = results.find((candidate) => candidate.name === name);
  console.log(`${result?.ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(20)}  ${((result?.ms ?? 0) / 1000).toFixed(1)} s`);
}
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;

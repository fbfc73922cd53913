#!/usr/bin/env node
import { existsSync, readdirSync } from 'node:fs';
import { describeReport } from './report/describe-report.js';
import { machine } from './report/machine.js';

/**
 * `npm run bench -- <name> [--quick] [--json]`: runs the contenders of bench/<name>/index.js in interleaved rounds and prints
 * versions, machine, every round and the targets. It measures and judges nothing: it exits with 0 whatever the figures say.
 *
 * A benchmark exports `measure({ quick, say })`, which resolves to `{ versions, rounds, targets }`, with `rounds` a list of
 * `{ round, contender, metric, value }` and `targets` a list of `{ metric, value, target, ok }`.
 */
const names = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .map(({ name }) => name)
  .filter((name) => existsSync(new URL(`${name}/index.js`, import.meta.url)));
const name = process.argv.slice(2).find((word) => !word.startsWith('-'));
const [quick, json] = ['--quick', '--json'].map((flag) => process.argv.includes(flag));

if (name === undefined || !names.includes(name)) {
  console.error(`usage: npm run bench -- <${names.join('|')}> [--quick] [--json]`);
  process.exitCode = 2;
} else {
  const { measure } = await import(`./${name}/index.js`);
  const measured = await measure({ quick, say: (/** @type {string} */ text) => console.error(text) });
  const report = { name, machine: machine(), ...measured };
  console.log(json ? JSON.stringify(report) : describeReport(report));
}

#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { missingFromLock } from './check/missing-from-lock.js';

/** Exits with 1 when `npm ci` would refuse package-lock.json on a fresh clone. */
const file = new URL('../package-lock.json', import.meta.url);
const { packages } = JSON.parse(await readFile(file, 'utf8'));
const missing = missingFromLock(packages);
if (missing.length > 0) {
  console.error(`package-lock.json lacks optional packages of other platforms:\n  ${missing.join('\n  ')}`);
  process.exitCode = 1;
}

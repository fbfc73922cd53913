#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { findViolations } from './imports/find-violations.js';

/** Prints every import against the arrows that may exist, with the rule it breaks; exits 1 when there is one. */
const folder = process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url));
const violations = await findViolations(folder);
for (const { file, line, arrow, rule } of violations) console.error(`${file}:${line}  ${arrow}\n  ${rule}`);
process.exitCode = violations.length > 0 ? 1 : 0;

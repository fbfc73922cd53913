#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { installAndBuild } from './ready.js';
import { environment } from './reference/environment.js';
import { loadExitCodes } from './reference/load-exit-codes.js';
import { readHelp } from './reference/read-help.js';
import { renderReference } from './reference/render-reference.js';

/**
 * Writes docs/commands.md from the help that the build renders and from what the sources say. With `--check` it writes
 * nothing, and exits with 1 when the page does not say what they say.
 */
installAndBuild();
const page = new URL('../docs/commands.md', import.meta.url);
const pages = await readHelp(new URL('../dist/help/', import.meta.url));
const reference = renderReference({ pages, exitCodes: await loadExitCodes(), environment });
if (!process.argv.includes('--check')) {
  await writeFile(page, reference);
} else if ((await readFile(page, 'utf8').catch(() => '')) !== reference) {
  console.error('docs/commands.md is out of date; `npm run docs` writes it');
  process.exitCode = 1;
}

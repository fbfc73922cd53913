#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { renderReference } from './reference/render-reference.js';

/**
 * Writes docs/commands.md from the help that the build has rendered. With `--check` it writes nothing, and exits with 1
 * when the page does not say what the commands say.
 */
const page = new URL('../docs/commands.md', import.meta.url);
const reference = await renderReference(new URL('../dist/help/', import.meta.url));
if (!process.argv.includes('--check')) {
  await writeFile(page, reference);
} else if ((await readFile(page, 'utf8').catch(() => '')) !== reference) {
  console.error('docs/commands.md is out of date; run `npm run build` and `node scripts/reference.js`');
  process.exitCode = 1;
}

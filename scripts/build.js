#!/usr/bin/env node
import { copyApiPage } from './build/api-page.js';
import { bundleCli } from './build/bundle.js';
import { compilePackage } from './build/compile.js';
import { packRuntime } from './build/pack.js';
import { renderHelp } from './build/render-help.js';

/**
 * Builds everything that is shipped. Each part is skipped while its sources are unchanged, and is written beside its
 * place and renamed into it, so that several builds may run at once and a running mscli never sees half a file.
 *
 * `--force` builds all parts; `--clean` also removes files of earlier builds at once, as packing wants it.
 */
const options = { force: process.argv.includes('--force'), clean: process.argv.includes('--clean') };

const startedAt = performance.now();
const parts = [
  compilePackage('runtime', options).then(async (compiled) => [compiled, await packRuntime()]),
  compilePackage('amqp-broker', options).then((compiled) => [compiled]),
  copyApiPage(options).then((copied) => [copied]),
  bundleCli(options).then(async (bundled) => [bundled, await renderHelp(options)]),
];
const results = await Promise.allSettled(parts);
for (const result of results) {
  if (result.status === 'fulfilled') for (const line of result.value) console.log(line);
  else console.error(`build failed: ${result.reason.message}`);
}
console.log(`done in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
process.exitCode = results.every((result) => result.status === 'fulfilled') ? 0 : 1;

#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';

const packageFolder = new URL('../', import.meta.url);
const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
  const { version } = JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8'));
  print(`mscli/${version} ${process.platform}-${process.arch} node-${process.version}\n`);
} else {
  const help = helpAskedFor();
  if (help) print(readFileSync(help));
  else await start();
}

/**
 * A reader that has seen enough is no failure; a full disk is.
 *
 * @param {string | Uint8Array} text
 */
function print(text) {
  process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`error: The output cannot be written: ${error.message}\n`);
    process.exitCode = 9;
  });
  process.stdout.write(text);
}

/**
 * The help text to print, if the arguments ask for one. The build has rendered it for each command and topic, plain
 * and with bold headings, because starting oclif would take twice as long.
 */
function helpAskedFor() {
  const options = args.indexOf('--') === -1 ? args : args.slice(0, args.indexOf('--'));
  const asked = options[0] === 'help' || options.includes('--help') || options.includes('-h');
  const words = leadingWords(options[0] === 'help' ? options.slice(1) : options);
  if (words.length === 0) return asked || args.length === 0 ? helpFile([]) : undefined;
  for (let count = words.length; asked && count > 0; count--) {
    const file = helpFile(words.slice(0, count));
    if (file) return file;
  }
  const path = `commands/${words.join('/')}`;
  const isCommand = [`${path}.js`, `${path}/index.js`].some((file) => existsSync(new URL(file, dist())));
  const isTopic = words.length === args.length && !isCommand;
  return isTopic ? helpFile(words) : undefined;
}

/** @param {string[]} options */
function leadingWords(options) {
  const end = options.findIndex((option) => !/^[a-z][a-z-]*$/.test(option));
  return end === -1 ? options : options.slice(0, end);
}

/** @param {string[]} words */
function helpFile(words) {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const isForced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0';
  const colour = !NO_COLOR && (isForced || (process.stdout.isTTY && TERM !== 'dumb'));
  const file = new URL(`help/${['mscli', ...words].join('.')}.${colour ? 'ansi' : 'txt'}`, dist());
  return existsSync(file) ? file : undefined;
}

async function start() {
  const entry = new URL('start.js', dist());
  if (!existsSync(entry)) {
    process.stderr.write('error: mscli is not built yet; run `npm run build` in its folder\n');
    process.exitCode = 1;
    return;
  }
  // Node 22 has it; the types are those of Node 20.
  if ('enableCompileCache' in module) /** @type {() => void} */ (module.enableCompileCache)();
  const { start } = await import(entry.href);
  await start(args, packageFolder);
}

function dist() {
  return new URL('dist/', packageFolder);
}

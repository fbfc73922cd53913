import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { place } from './place.js';
import { filesOf, hashOf, readStamp, root, writeStamp } from './stamp.js';

/** @typedef {import('@oclif/core').Config} Config */

/**
 * Renders the help of every command and topic with oclif, once, into `dist/help/mscli.<words>.txt` and, with bold
 * headings, `.ansi`. `bin/mscli.js` prints these files.
 *
 * @param {{ force: boolean }} options
 */
export async function renderHelp({ force }) {
  const target = join(root, 'dist', 'help');
  const hash = await hashOf(['dist/commands', 'dist/chunks', 'package.json', 'scripts/build']);
  const built = await access(join(target, 'mscli.txt')).then(
    () => true,
    () => false,
  );
  if (!force && built && (await readStamp('help')) === hash) return 'help: unchanged';

  const pages = await renderPages();
  const output = join(root, `.dist-${process.pid}`, 'help');
  await mkdir(output, { recursive: true });
  try {
    for (const [name, text] of pages) {
      await writeFile(join(output, `${name}.ansi`), text);
      await writeFile(join(output, `${name}.txt`), stripVTControlCharacters(text));
    }
    await place(output, target);
  } finally {
    await rm(join(output, '..'), { recursive: true, force: true });
  }
  await writeStamp('help', hash);
  return `help: rendered ${pages.length} pages`;
}

/** @returns {Promise<[name: string, text: string][]>} */
async function renderPages() {
  // Read by oclif and ansis when they are loaded.
  process.env.OCLIF_COLUMNS = '80';
  process.env.FORCE_COLOR = '1';
  // Whoever builds may want no colours for himself.
  delete process.env.NO_COLOR;
  const { CommandHelp, Config, Help } = await import('@oclif/core');

  class PageHelp extends CommandHelp {
    /**
     * Without what stands at the top of the page: the first line, where there is no summary. Paragraphs fill the width.
     *
     * @override
     */
    description() {
      const { summary, description = '' } = this.command;
      const rest = summary === undefined ? description.split('\n').slice(1).join('\n') : description;
      const text = rest.trim().replaceAll(/(\S)\n(?=\S)/g, '$1 ');
      return text === '' ? undefined : this.wrap(text);
    }
  }

  class RecordedHelp extends Help {
    /** @override */
    CommandHelpClass = PageHelp;
    /** @type {string[]} */
    lines = [];

    /**
     * @override
     * @param {string[]} args
     */
    log(...args) {
      this.lines.push(args.join(' '));
    }

    /**
     * All commands in one list: a newcomer sees every verb at once.
     *
     * @override
     */
    async showRootHelp() {
      this.log(`${this.wrap(this.config.pjson.description ?? '')}\n`);
      this.log(`${this.section('USAGE', '$ mscli COMMAND')}\n`);
      this.log(`${this.formatCommands(this.sortedCommands)}\n`);
      this.log('Each has --help with examples, and --json. Results go to stdout, talk to stderr.');
    }
  }

  await loadEveryCommand();
  const config = await Config.load({ root });
  // oclif counts every command among the topics too.
  const names = new Set([...config.topics.map((topic) => topic.name), ...config.commandIDs]);
  const subjects = [[], ...[...names].map((name) => name.split(':'))];
  /** @type {[string, string][]} */
  const pages = [];
  for (const words of subjects) {
    // A fresh configuration for each page: rendering writes ids with spaces into it.
    const help = new RecordedHelp(await Config.load({ root }), { all: true });
    await help.showHelp(words);
    pages.push([['mscli', ...words].join('.'), `${help.lines.join('\n').trimEnd()}\n`]);
  }
  return pages;
}

/** oclif leaves out a command that cannot be loaded, with a warning; a build must fail. */
async function loadEveryCommand() {
  for (const file of await filesOf(join(root, 'dist', 'commands'))) await import(pathToFileURL(file).href);
}

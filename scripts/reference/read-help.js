import { readdir, readFile } from 'node:fs/promises';

/** @typedef {{ name: string, summary: string, text: string }} HelpPage */

/**
 * The help of every command that the build has rendered, by name.
 *
 * @param {URL} folder
 * @returns {Promise<HelpPage[]>}
 */
export async function readHelp(folder) {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.txt'));
  const pages = await Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, folder), 'utf8');
      const summary = text.slice(0, text.indexOf('\n\n')).replaceAll('\n', ' ');
      return { name: file.replace(/\.txt$/, '').replaceAll('.', ' '), summary, text };
    }),
  );
  // A topic's page only lists its commands, which have pages of their own.
  return pages
    .filter(({ text }) => !text.includes('\nCOMMANDS\n') || text.includes('\nGLOBAL FLAGS\n'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

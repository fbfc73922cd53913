import { readdir, readFile } from 'node:fs/promises';

/**
 * The command reference: every command's help, by name, under the exit codes that all share.
 *
 * @param {URL} helpFolder
 */
export async function renderReference(helpFolder) {
  const pages = await Promise.all(
    (await readdir(helpFolder))
      .filter((file) => file.endsWith('.txt'))
      .sort()
      .map(async (file) => ({
        name: file.replace(/\.txt$/, '').replaceAll('.', ' '),
        text: await readFile(new URL(file, helpFolder), 'utf8'),
      })),
  );
  // A topic's page only lists its commands, which have pages of their own.
  const commands = pages.filter(({ text }) => !text.includes('\nCOMMANDS\n') || text.includes('\nGLOBAL FLAGS\n'));
  return [intro, ...commands.map(({ name, text }) => `## ${name}\n\n\`\`\`text\n${text}\`\`\`\n`)].join('\n');
}

const intro = `# Commands

Written by \`node scripts/reference.js\` from what \`--help\` says.

Every command takes \`--json\`. Results go to stdout, talk goes to stderr. \`NO_COLOR\` is honoured. Exit codes:

| code | meaning |
|---|---|
| 0 | done; a stream that the user ended (Ctrl-C, or a reader that closed the pipe) |
| 1 | failed, or \`doctor\` has found something to put right |
| 2 | the command line is wrong: an unknown command or flag, an invalid name |
| 3 | no workspace here, or its configuration, its state or an event is invalid |
| 4 | what was named does not exist |
| 5 | something is in the way: files, a running workspace, a port, another broker |
| 6 | something is not running: the workspace, the broker, Docker |
| 7 | a service could not be built, installed or kept running |
| 8 | time is up |
| 9 | a file could not be written |
| 130 | interrupted |
`;

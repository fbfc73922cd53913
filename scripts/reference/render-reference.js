/** @typedef {Record<string, string>} Variables what each environment variable does */

/**
 * The command reference: all commands with what they do, each one's help, the exit codes and the environment.
 *
 * @param {{
 *   pages: import('./read-help.js').HelpPage[],
 *   exitCodes: Record<string, { meaning: string, codes: readonly string[] }>,
 *   environment: { commands: Variables, services: Variables },
 * }} facts
 */
export function renderReference({ pages, exitCodes, environment }) {
  const links = pages.map(({ name, summary }) => [`[\`${name}\`](#${name.replaceAll(' ', '-')})`, summary]);
  return `# Commands

Written by \`npm run docs\` from what \`--help\` and the sources say.

${table(['command', 'what it does'], links)}

Every command takes \`--json\`. Results go to stdout, talk goes to stderr. See also the [exit codes](#exit-codes) and the
[environment](#environment).

${pages.map(({ name, text }) => `## ${name}\n\n\`\`\`text\n${text}\`\`\``).join('\n\n')}

## Exit codes

With \`--json\`, a failure is one line of JSON on stderr, \`{"error":{"code","message","hint","cause"}}\`; \`code\` is one of
the error codes here.

${table(['exit code', 'meaning', 'error codes'], exitRows(exitCodes))}

## Environment

What the commands honour:

${table(['variable', 'what it does'], variableRows(environment.commands))}

What a service learns when it is started, by \`mscli up\` or by hand; \`env\` in \`mscli.yaml\` adds to it:

${table(['variable', 'what it is'], variableRows(environment.services))}
`;
}

/** @param {Record<string, { meaning: string, codes: readonly string[] }>} exitCodes */
function exitRows(exitCodes) {
  return [
    ['0', 'done; a stream that the user ended (Ctrl-C, or a reader that closed the pipe)', ''],
    ['1', 'failed otherwise, or `doctor` has found something to put right', 'any other'],
    ...Object.entries(exitCodes).map(([exit, { meaning, codes }]) => [
      exit,
      meaning,
      codes.map((code) => `\`${code}\``).join(', '),
    ]),
  ];
}

/** @param {Variables} variables */
function variableRows(variables) {
  return Object.entries(variables).map(([name, text]) => [`\`${name}\``, text]);
}

/** @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  /** @param {string[]} cells */
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

import { readdir } from 'node:fs/promises';
import { closest, distance } from 'fastest-levenshtein';
import { failure, type MscliError } from '../errors.js';
import { leadingWords } from './resolve-command.js';

/** What other tools call what mscli has under another name. */
const elsewhere: Readonly<Record<string, string>> = {
  start: 'up',
  run: 'up',
  dev: 'up',
  stop: 'down',
  status: 'ps',
  list: 'ps',
  log: 'logs',
  init: 'new workspace',
  create: 'new workspace',
  generate: 'new service',
  add: 'new service',
  version: '--version',
};

/** What to say about arguments that name no command, with the nearest one that exists. */
export async function unknownCommand(args: readonly string[], helpFolder: URL): Promise<MscliError> {
  const names = await commandNames(helpFolder);
  const given = leadingWords(args).slice(0, 2).join(' ') || (args[0] ?? '');
  const nearest = nearestName(given, names);
  const hint = nearest === undefined ? 'Run `mscli --help` for the list.' : `Did you mean \`mscli ${nearest}\`?`;
  return failure('USAGE', `There is no command "${given}".`, { hint });
}

async function commandNames(helpFolder: URL): Promise<string[]> {
  const files = await readdir(helpFolder);
  return files.flatMap((file) => /^mscli\.(.+)\.txt$/.exec(file)?.[1]?.replaceAll('.', ' ') ?? []);
}

function nearestName(given: string, names: readonly string[]): string | undefined {
  const first = given.split(' ')[0] ?? given;
  const known = Object.hasOwn(elsewhere, first) ? elsewhere[first] : undefined;
  if (known !== undefined) return known;
  const candidates = [given, first].map((typed) => ({ typed, name: closest(typed, names) }));
  return candidates.find(({ typed, name }) => distance(typed, name) <= slipsIn(typed))?.name;
}

/** Two letters that changed places count as two slips. */
function slipsIn(typed: string): number {
  return Math.max(typed.length < 4 ? 1 : 2, typed.length / 3);
}

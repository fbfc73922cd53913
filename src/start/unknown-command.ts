import { readdir } from 'node:fs/promises';
import { closest, distance } from 'fastest-levenshtein';
import { failure, type MscliError } from '../errors.js';
import { leadingWords } from './resolve-command.js';

/** What to say about arguments that name no command, with the nearest one that exists. */
export async function unknownCommand(args: readonly string[], helpFolder: URL): Promise<MscliError> {
  const names = await commandNames(helpFolder);
  const given = leadingWords(args).slice(0, 2).join(' ') || (args[0] ?? '');
  const nearest = nearestName(given, names);
  const hint = nearest === undefined ? 'run `mscli --help` for the list' : `did you mean \`mscli ${nearest}\`?`;
  return failure('USAGE', `there is no command "${given}"`, { hint });
}

async function commandNames(helpFolder: URL): Promise<string[]> {
  const files = await readdir(helpFolder);
  return files.flatMap((file) => /^mscli\.(.+)\.txt$/.exec(file)?.[1]?.replaceAll('.', ' ') ?? []);
}

function nearestName(given: string, names: readonly string[]): string | undefined {
  const first = given.split(' ')[0] ?? given;
  const candidates = [given, first].map((typed) => ({ typed, name: closest(typed, names) }));
  return candidates.find(({ typed, name }) => distance(typed, name) <= Math.max(1, typed.length / 3))?.name;
}

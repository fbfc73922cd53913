import { existsSync } from 'node:fs';

export interface ResolvedCommand {
  /** Such as `breaker:list`, oclif's spelling. */
  id: string;
  file: URL;
  args: readonly string[];
}

/** The command that the leading words name: the longest path of words that is a file under `commands`. */
export function resolveCommand(args: readonly string[], commands: URL): ResolvedCommand | undefined {
  const words = leadingWords(args);
  for (let count = words.length; count > 0; count--) {
    const path = words.slice(0, count);
    for (const name of [`${path.join('/')}.js`, `${path.join('/')}/index.js`]) {
      const file = new URL(name, commands);
      if (existsSync(file)) return { id: path.join(':'), file, args: args.slice(count) };
    }
  }
  return undefined;
}

/** The words before the first flag or value: only these can name a command, and they can't leave its folder. */
export function leadingWords(args: readonly string[]): readonly string[] {
  const end = args.findIndex((arg) => !/^[a-z][a-z-]*$/.test(arg));
  return end === -1 ? args : args.slice(0, end);
}

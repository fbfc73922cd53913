import { fileURLToPath } from 'node:url';
import type { Command } from '@oclif/core/command';
import { exitCodeOf, failure, type MscliError } from '../errors.js';
import { Output } from '../output/output.js';
import { cleanUp } from './clean-up.js';
import { type CommandConfig, commandConfig } from './command-config.js';
import { resolveCommand } from './resolve-command.js';
import { unknownCommand } from './unknown-command.js';

/**
 * Runs the command that the arguments name. Commands are ordinary oclif commands; what is left out is oclif's own
 * start, which loads plugins, hooks and the help machinery before it looks at the first argument.
 */
export async function start(args: readonly string[], packageFolder: URL): Promise<void> {
  const found = resolveCommand(args, new URL('dist/commands/', packageFolder));
  if (found === undefined) return fail(await unknownCommand(args, new URL('dist/help/', packageFolder)), args);
  const cwd = currentFolder();
  if (cwd === undefined) return fail(failure('NO_WORKSPACE', 'The current folder is not there any more.'), args);
  await cleanUp(cwd, (text) => new Output({ json: false }).say(text));
  const { default: CommandClass } = (await import(found.file.href)) as { default: RunnableCommand };
  CommandClass.id = found.id;
  await new CommandClass([...found.args], commandConfig(fileURLToPath(packageFolder)))._run();
}

type RunnableCommand = { id: string } & (new (
  argv: string[],
  config: CommandConfig,
) => { _run: () => ReturnType<Command['run']> });

function currentFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function fail(error: MscliError, args: readonly string[]): void {
  new Output({ json: args.includes('--json') }).failure(error);
  process.exitCode = exitCodeOf(error);
}

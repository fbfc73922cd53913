import type { input } from '@inquirer/prompts';
import { failure } from '../errors.js';
import { yesOrNo } from '../prompts/yes-or-no.js';
import { type Answer, type Ask, splitList } from './answers.js';

type Context = NonNullable<Parameters<typeof input>[1]>;

/** Asks on the terminal, on stderr: stdout stays free for the result. Ctrl-C throws `INTERRUPTED`. */
export function terminalPrompt(context: Context): Ask {
  return async (question, proposal, check) => {
    const { input, select } = await import('@inquirer/prompts');
    const { message } = question;
    try {
      switch (question.type) {
        case 'confirm':
          return await yesOrNo(message, proposal === true, context);
        case 'select':
          return await select({ message, choices: question.choices, ...withDefault(proposal) }, context);
        case 'text':
          return await input(
            { message, ...withDefault(proposal), validate: (answer) => check(answer) ?? true },
            context,
          );
        case 'list': {
          const validate = (answer: string) => check(splitList(answer)) ?? true;
          return splitList(await input({ message, ...withDefault(proposal), validate }, context));
        }
      }
    } catch (cause) {
      throw interruption(cause);
    }
  };
}

/** The prompt, when a person can be reached: both ends of the talk are terminals. */
export function promptOfTerminal(signal: AbortSignal): Ask | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return terminalPrompt({ output: process.stderr, signal });
}

function withDefault(proposal: Answer | undefined): { default?: string } {
  const text = Array.isArray(proposal) ? proposal.join(', ') : String(proposal ?? '');
  return text === '' ? {} : { default: text };
}

function interruption(cause: unknown): unknown {
  const names = ['ExitPromptError', 'AbortPromptError', 'CancelPromptError'];
  if (!(cause instanceof Error) || !names.includes(cause.name)) return cause;
  return failure('INTERRUPTED', 'Stopped before anything was written.');
}

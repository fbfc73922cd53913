import { failure } from '../errors.js';
import { yesOrNo } from '../prompts/yes-or-no.js';

/**
 * Asks a person yes or no, on stderr: stdout stays free for the result. Undefined where nobody can be reached. Ctrl-C throws
 * `INTERRUPTED`; the proposal is no.
 */
export function confirmOnTerminal(signal: AbortSignal): ((question: string) => Promise<boolean>) | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (message) => {
    try {
      return await yesOrNo(message, false, { output: process.stderr, signal });
    } catch (cause) {
      const isPrompt = cause instanceof Error && /^(?:Exit|Abort|Cancel)PromptError$/.test(cause.name);
      throw isPrompt ? failure('INTERRUPTED', 'Stopped before anything was changed.') : cause;
    }
  };
}

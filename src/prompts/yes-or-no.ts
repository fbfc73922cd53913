import type { input } from '@inquirer/prompts';

type Context = NonNullable<Parameters<typeof input>[1]>;

/**
 * Asks yes or no. Inquirer's own question leaves a wrong answer in the line, where the next one is put behind it; here the line
 * is empty again.
 *
 * @param proposal - what Enter alone says
 */
export async function yesOrNo(message: string, proposal: boolean, context: Context): Promise<boolean> {
  const { input: ask } = await import('@inquirer/prompts');
  const hint = proposal ? 'Y/n' : 'y/N';
  const meaning = (answer: string) => (answer === '' || answer === hint ? proposal : read(answer));
  const answer = await ask(
    {
      message,
      default: hint,
      theme: { validationFailureMode: 'clear' },
      validate: (text) => meaning(text) !== undefined || 'Answer y or n.',
      transformer: (text, { isFinal }) => (isFinal ? (meaning(text) === true ? 'Yes' : 'No') : text),
    },
    context,
  );
  return meaning(answer) === true;
}

function read(answer: string): boolean | undefined {
  const text = answer.trim().toLowerCase();
  if (text !== '' && 'yes'.startsWith(text)) return true;
  return text !== '' && 'no'.startsWith(text) ? false : undefined;
}

import { failure } from '../errors.js';

/**
 * Lets a person say yes or no to what others will feel. Without one to ask, `--yes` must have been given.
 *
 * @param ask - undefined where there is no terminal
 * @throws MscliError `USAGE` where nobody can be asked, `INTERRUPTED` for a no
 */
export async function confirmOverride(
  kind: 'trip' | 'disable',
  name: string,
  ask: ((question: string) => Promise<boolean>) | undefined,
): Promise<void> {
  if (ask === undefined) {
    const message = `Others will feel it when ${name} is ${kind === 'trip' ? 'tripped' : 'disabled'}, and there is no terminal to ask on.`;
    throw failure('USAGE', message, { hint: 'Add --yes to do it without a question.' });
  }
  const isAgreed = await ask(kind === 'trip' ? 'Refuse these calls?' : 'Let all of these calls pass?');
  if (!isAgreed) throw failure('INTERRUPTED', `${name} was left as it is.`);
}

import ejs from 'ejs';
import { failure } from '../errors.js';
import { camel, kebab, pascal, plural, singular } from './words.js';

/** What an EJS text can use. */
export type Values = Readonly<Record<string, unknown>>;

const helpers = { camel, kebab, pascal, plural, singular };

/** Renders EJS to plain text: nothing is escaped. `where` names the text in messages. */
export function render(text: string, values: Values, where: string): string {
  if (!text.includes('<%')) return text;
  try {
    return ejs.render(text, { ...helpers, ...values }, { escape: String, filename: where });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw failure('INVALID_TEMPLATE', `A template cannot be rendered. ${message}`, {
      hint: `Correct ${where}`,
      cause,
    });
  }
}

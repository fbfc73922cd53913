/** The same latin1 text without what it was cut out of, which would be kept with it: a whole head, or an answer. */
export function ownText(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}

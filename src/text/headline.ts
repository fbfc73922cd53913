/** The first line of a longer explanation, without the colon that leads to the rest. */
export function headline(text: string): string {
  return (text.split('\n', 1)[0] ?? '').replace(/:$/, '');
}

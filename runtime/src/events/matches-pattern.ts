/** Whether a topic pattern matches a routing key: `*` is one word, `#` any number of words (AMQP 0-9-1 §3.1.3.3). */
export function matchesPattern(pattern: string, routingKey: string): boolean {
  return matchWords(pattern.split('.'), 0, routingKey.split('.'), 0);
}

function matchWords(pattern: readonly string[], at: number, words: readonly string[], from: number): boolean {
  if (at === pattern.length) return from === words.length;
  if (pattern[at] === '#') {
    return (
      matchWords(pattern, at + 1, words, from) || (from < words.length && matchWords(pattern, at, words, from + 1))
    );
  }
  if (from === words.length) return false;
  return (pattern[at] === '*' || pattern[at] === words[from]) && matchWords(pattern, at + 1, words, from + 1);
}

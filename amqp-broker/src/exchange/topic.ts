import type { Binding, Destination } from './binding.js';
import type { Matcher } from './matcher.js';

interface Node {
  readonly words: Map<string, Node>;
  /** Bindings whose pattern ends here. */
  readonly bindings: Set<Binding>;
}

/** Topic: a trie over the words of the binding keys; `*` stands for one word, `#` for any number, none included. */
export function topicMatcher(): Matcher {
  const root = node();
  return {
    add(binding) {
      let at = root;
      for (const word of wordsOf(binding.routingKey)) {
        const next = at.words.get(word) ?? node();
        at.words.set(word, next);
        at = next;
      }
      at.bindings.add(binding);
    },
    remove(binding) {
      prune(root, wordsOf(binding.routingKey), 0, binding);
    },
    match(routingKey) {
      const found: Destination[] = [];
      walk(root, wordsOf(routingKey), 0, found);
      return found;
    },
  };
}

function walk(at: Node, words: readonly string[], index: number, found: Destination[]): void {
  if (index === words.length) {
    for (const binding of at.bindings) found.push(binding.destination);
  } else {
    const exact = at.words.get(words[index] as string);
    if (exact !== undefined) walk(exact, words, index + 1, found);
    const star = at.words.get('*');
    if (star !== undefined && star !== exact) walk(star, words, index + 1, found);
  }
  const hash = at.words.get('#');
  if (hash !== undefined) {
    for (let rest = index; rest <= words.length; rest += 1) walk(hash, words, rest, found);
  }
}

function prune(at: Node, words: readonly string[], index: number, binding: Binding): void {
  const word = words[index];
  if (word === undefined) {
    at.bindings.delete(binding);
    return;
  }
  const next = at.words.get(word);
  if (next === undefined) return;
  prune(next, words, index + 1, binding);
  if (next.bindings.size === 0 && next.words.size === 0) at.words.delete(word);
}

/** The empty key has no words; empty words between dots count, as in RabbitMQ. */
function wordsOf(key: string): readonly string[] {
  return key === '' ? [] : key.split('.');
}

function node(): Node {
  return { words: new Map(), bindings: new Set() };
}

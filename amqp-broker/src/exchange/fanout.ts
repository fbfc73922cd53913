import type { Binding, Destination } from './binding.js';
import type { Matcher } from './matcher.js';

/** Fanout: every destination, whatever the key. The list is made when a binding changes, not for each message. */
export function fanoutMatcher(): Matcher {
  const bindings = new Set<Binding>();
  let destinations: readonly Destination[] | undefined;
  return {
    add(binding) {
      bindings.add(binding);
      destinations = undefined;
    },
    remove(binding) {
      bindings.delete(binding);
      destinations = undefined;
    },
    match() {
      destinations ??= [...new Set([...bindings].map((binding) => binding.destination))];
      return destinations;
    },
  };
}

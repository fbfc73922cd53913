import type { Destination } from './binding.js';
import type { Matcher } from './matcher.js';

const NOWHERE: readonly Destination[] = [];

/** Direct: the routing key equals the binding key. */
export function directMatcher(): Matcher {
  const byKey = new Map<string, Destination[]>();
  return {
    add({ routingKey, destination }) {
      byKey.set(routingKey, [...(byKey.get(routingKey) ?? []), destination]);
    },
    remove({ routingKey, destination }) {
      const rest = without(byKey.get(routingKey) ?? [], destination);
      if (rest.length === 0) byKey.delete(routingKey);
      else byKey.set(routingKey, rest);
    },
    match: (routingKey) => byKey.get(routingKey) ?? NOWHERE,
  };
}

/** The list without one occurrence of the item. */
function without(list: readonly Destination[], item: Destination): Destination[] {
  const index = list.indexOf(item);
  return list.filter((_, at) => at !== index);
}

import type { Message } from '../message.js';
import type { Binding, Destination } from './binding.js';

/** How one exchange type picks destinations; a destination may be named more than once. */
export interface Matcher {
  add(binding: Binding): void;
  remove(binding: Binding): void;
  match(routingKey: string, message: Message): readonly Destination[];
}

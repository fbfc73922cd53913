import type { FieldTable } from '../codec/field.js';
import type { Message } from '../message.js';
import { type Binding, bindingKey, type Destination } from './binding.js';
import { directMatcher } from './direct.js';
import { fanoutMatcher } from './fanout.js';
import { headersMatcher } from './headers.js';
import type { Matcher } from './matcher.js';
import { topicMatcher } from './topic.js';

const MATCHERS = {
  direct: directMatcher,
  fanout: fanoutMatcher,
  topic: topicMatcher,
  headers: headersMatcher,
} as const satisfies Record<string, () => Matcher>;

export type ExchangeType = keyof typeof MATCHERS;

export const EXCHANGE_TYPES = Object.keys(MATCHERS) as readonly ExchangeType[];

export function isExchangeType(name: string): name is ExchangeType {
  return Object.hasOwn(MATCHERS, name);
}

export interface ExchangeDeclaration {
  name: string;
  type: ExchangeType;
  durable: boolean;
  autoDelete: boolean;
  internal: boolean;
  arguments: FieldTable;
}

/** An exchange with its bindings, outgoing and incoming. */
export class Exchange {
  readonly kind = 'exchange';
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly arguments: FieldTable;
  /** Name of the exchange that takes what this one cannot route. */
  readonly alternate: string | undefined;
  readonly outgoing = new Map<string, Binding>();
  readonly incoming = new Set<Binding>();
  private readonly matcher: Matcher;

  constructor(declaration: ExchangeDeclaration) {
    this.name = declaration.name;
    this.type = declaration.type;
    this.durable = declaration.durable;
    this.autoDelete = declaration.autoDelete;
    this.internal = declaration.internal;
    this.arguments = declaration.arguments;
    const alternate = declaration.arguments.get('alternate-exchange');
    this.alternate = alternate?.type === 'longstr' ? alternate.value : undefined;
    this.matcher = MATCHERS[declaration.type]();
  }

  match(routingKey: string, message: Message): readonly Destination[] {
    return this.matcher.match(routingKey, message);
  }

  /** Adds a binding; answers false when the same one was there already. */
  bind(destination: Destination, routingKey: string, args: FieldTable): Binding | undefined {
    const key = bindingKey(destination, routingKey, args);
    if (this.outgoing.has(key)) return undefined;
    const binding: Binding = { source: this, destination, routingKey, arguments: args };
    this.outgoing.set(key, binding);
    destination.incoming.add(binding);
    this.matcher.add(binding);
    return binding;
  }

  isBound(destination: Destination, routingKey: string, args: FieldTable): boolean {
    return this.outgoing.has(bindingKey(destination, routingKey, args));
  }

  /** Removes a binding; answers it, or undefined when there was none. */
  unbind(destination: Destination, routingKey: string, args: FieldTable): Binding | undefined {
    const key = bindingKey(destination, routingKey, args);
    const binding = this.outgoing.get(key);
    if (binding === undefined) return undefined;
    this.outgoing.delete(key);
    destination.incoming.delete(binding);
    this.matcher.remove(binding);
    return binding;
  }
}

import { camel, kebab, pascal, plural, singular } from './words.js';

/** The thing that a service is about, in the forms its code needs. */
export interface Noun {
  /** `line-item`: in file names. */
  kebab: string;
  /** `line item`: in sentences. */
  words: string;
  /** `lineItem`: a variable that holds one. */
  one: string;
  /** `lineItems`: a variable that holds many. */
  many: string;
  /** `LineItem`: the type. */
  type: string;
  /** `line-items`: in paths. */
  path: string;
  /** `line_items`: the table. */
  table: string;
}

/** `order-service` -> order, orders, Order. Names that would not compile get a harmless ending. */
export function nounOf(service: string): Noun {
  const base = singular(kebab(service).replace(/-service$/, ''));
  const one = camel(base);
  const many = camel(plural(base));
  const type = pascal(base);
  const table = plural(base).replaceAll('-', '_');
  return {
    kebab: base,
    words: base.replaceAll('-', ' '),
    one: reservedVariables.has(one) ? `${one}Item` : one,
    many: many === one || reservedVariables.has(many) ? `all${pascal(many)}` : many,
    type: reservedTypes.has(type) ? `${type}Item` : type,
    path: plural(base),
    table: reservedTables.has(table) ? `${table}_table` : table,
  };
}

/** A constant for an event or a saga that collides with nothing in a generated file. */
export function constant(name: string, ending: string, taken: readonly string[] = []): string {
  const identifier = camel(name);
  return reservedVariables.has(identifier) || taken.includes(identifier) ? `${identifier}${ending}` : identifier;
}

const words = (text: string) => new Set(text.split(' '));

const keywords =
  'arguments as async await break case catch class const continue debugger default delete do else enum eval export ' +
  'extends false finally for from function get if implements import in instanceof interface let new null of package ' +
  'private protected public return set static super switch this throw true try type typeof undefined using var void ' +
  'while with yield';

/** Keywords, and the variables of the templates. */
const reservedVariables = words(
  `${keywords} app columns createdAt ctx event id input inserted migrations name on other params removed reply request ` +
    'saga sagas service sql status subscriptions test tx z',
);

/** Globals and imports that the templates use as types. */
const reservedTypes = words(
  'App Array Boolean Date Error Event Function Http HttpReply HttpRequest Infinity Map NaN Number Object Partial ' +
    'Pick Promise Proxy Readonly Record Reflect RegExp Rejected Service Set Sql String Symbol TestedService Transaction',
);

/** Plurals that SQLite keeps to itself. */
const reservedTables = words('as exists groups indexes is references rows ties values others');

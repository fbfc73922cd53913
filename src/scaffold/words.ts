const splitter = /[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/;

/** `Order Service`, `orderService` and `order.service` -> `order-service`. Letters lose their accents. */
export function kebab(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain.split(splitter).filter(Boolean).join('-').toLowerCase();
}

/** `order.placed` -> `orderPlaced`. */
export function camel(text: string): string {
  const name = pascal(text);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** `order.placed` -> `OrderPlaced`. */
export function pascal(text: string): string {
  return kebab(text).replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

/** `order` -> `orders`, `category` -> `categories`, `address` -> `addresses`. */
export function plural(word: string): string {
  if (/(?:ss|us|is|x|z|ch|sh)$/.test(word)) return `${word}es`;
  if (word.endsWith('s')) return word;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** The other way round: `orders` -> `order`. */
export function singular(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(?:ss|us|is|x|z|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^sui]s$/.test(word) && word.length > 3 ? word.slice(0, -1) : word;
}

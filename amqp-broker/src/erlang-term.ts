import type { Field } from './codec/field.js';

/** A field's value as Erlang prints it, which is how RabbitMQ shows it in some of its errors. */
export function erlangTerm(field: Field): string {
  switch (field.type) {
    case 'longstr':
    case 'binary':
      return binary(field.value);
    case 'array':
      return `[${field.value.map((item) => `{${item.type},${erlangTerm(item)}}`).join(',')}]`;
    case 'table':
      return `[${[...field.value].map(([name, item]) => `{${binary(name)},${item.type},${erlangTerm(item)}}`).join(',')}]`;
    case 'void':
      return 'undefined';
    case 'decimal':
      return `{${field.value.scale},${field.value.digits}}`;
    default:
      return String(field.value);
  }
}

function binary(text: string): string {
  return text === '' ? '<<>>' : `<<"${text}">>`;
}

import { type Field, type FieldTable, NO_FIELDS } from './codec/field.js';
import { type Properties, readProperties, writeProperties } from './codec/properties.js';
import { changed, type Message } from './message.js';

export function propertiesOf(message: Message): Properties {
  return readProperties(message.content, 0, message.bodyAt);
}

export function headersOf(message: Message): FieldTable {
  return propertiesOf(message).headers ?? NO_FIELDS;
}

/** The message with other properties and the same body. */
export function withProperties(message: Message, properties: Properties): Message {
  const list = writeProperties(properties);
  const content = Buffer.concat([list, message.content.subarray(message.bodyAt)]);
  return changed(message, { content, bodyAt: list.length });
}

export function withHeader(message: Message, name: string, field: Field): Message {
  const properties = propertiesOf(message);
  return withProperties(message, { ...properties, headers: new Map(properties.headers ?? NO_FIELDS).set(name, field) });
}

/** The routing keys in a CC or BCC header. */
export function keysIn(field: Field | undefined): string[] {
  if (field?.type !== 'array') return [];
  return field.value.flatMap((item) => (item.type === 'longstr' ? [item.value] : []));
}

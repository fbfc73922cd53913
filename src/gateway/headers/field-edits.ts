/** Changes to the header fields of a message on its way through. */
export interface FieldEdits {
  /** Lower-case names of the fields that are taken out, those that are set anew among them. */
  readonly drop: Set<string>;
  /** Name, value, name, value: put at the end. */
  readonly add: string[];
}

/** Writes a field in place of any other of its name. */
export function setField(edits: FieldEdits | undefined, name: string, value: string): FieldEdits {
  const own = removeField(edits, name);
  own.add.push(name, value);
  return own;
}

/** Writes a field beside those of its name. */
export function appendField(edits: FieldEdits | undefined, name: string, value: string): FieldEdits {
  const own = edits ?? { drop: new Set(), add: [] };
  own.add.push(name, value);
  return own;
}

export function removeField(edits: FieldEdits | undefined, name: string): FieldEdits {
  const own = edits ?? { drop: new Set(), add: [] };
  const lower = name.toLowerCase();
  own.drop.add(lower);
  for (let i = own.add.length - 2; i >= 0; i -= 2) if (own.add[i]?.toLowerCase() === lower) own.add.splice(i, 2);
  return own;
}

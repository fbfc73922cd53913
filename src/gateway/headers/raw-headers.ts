/** Header fields as they came: name, value, name, value. Keeps order, spelling and repetitions. */
export type RawHeaders = readonly string[];

/** The values of every field with this lower-case name. */
export function valuesOf(headers: RawHeaders, name: string): readonly string[] {
  let values: string[] | undefined;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const field = headers[i] ?? '';
    // Most names have another length, and need not be spelt in lower case to be told apart.
    if (field.length !== name.length || field.toLowerCase() !== name) continue;
    values ??= [];
    values.push(headers[i + 1] ?? '');
  }
  return values ?? none;
}

/** How many fields have this lower-case name. */
export function countOf(headers: RawHeaders, name: string): number {
  let count = 0;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const field = headers[i] as string;
    if (field.length === name.length && field.toLowerCase() === name) count++;
  }
  return count;
}

/** The value of the first field with this lower-case name. */
export function firstValue(headers: RawHeaders, name: string): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const field = headers[i] as string;
    if (field.length === name.length && field.toLowerCase() === name) return headers[i + 1];
  }
  return undefined;
}

/** The lower-case members of a comma-separated field, over all its lines. */
export function listMembers(headers: RawHeaders, name: string): readonly string[] {
  const values = valuesOf(headers, name);
  // As most are: nothing but `keep-alive`, for instance.
  if (values.length === 0 || (values.length === 1 && plainMember.test(values[0] as string))) return values;
  return values
    .flatMap((value) => value.split(','))
    .map((member) => member.trim().toLowerCase())
    .filter((member) => member !== '');
}

const none: readonly string[] = [];
const plainMember = /^[a-z-]+$/;

/** The fields whose lower-case name is kept. */
export function keepFields(headers: RawHeaders, keep: (name: string) => boolean): string[] {
  const kept: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? '';
    if (keep(name.toLowerCase())) kept.push(name, headers[i + 1] ?? '');
  }
  return kept;
}

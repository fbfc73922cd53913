// Apart from values.ts: who only reads durations and sizes does not need the library that checks them.

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const unitsBytes: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };
const durationForm = /^(\d{1,9})(ms|s|m|h)$/;
const sizeForm = /^(\d{1,12})(b|kb|mb|gb)$/i;

/** Of a duration such as `30s`; NaN where it is none. */
export function milliseconds(text: string): number {
  const [, count, unit = ''] = durationForm.exec(text) ?? [];
  return Number(count) * (unitsMs[unit] ?? Number.NaN);
}

/** Of a size such as `10mb`; NaN where it is none. */
export function bytes(text: string): number {
  const [, count, unit = ''] = sizeForm.exec(text) ?? [];
  return Number(count) * (unitsBytes[unit.toLowerCase()] ?? Number.NaN);
}

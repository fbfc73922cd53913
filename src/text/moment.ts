/** `17:03:12`, in the local time zone. */
export function timeOfDay(time: string | number): string {
  const date = new Date(time);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

/** `2026-11-22 17:03:12`, in the local time zone. */
export function dateAndTime(time: string | number): string {
  const date = new Date(time);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${timeOfDay(time)}`;
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}

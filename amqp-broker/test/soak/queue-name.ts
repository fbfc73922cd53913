export function queueName(number: number): string {
  return `soak ${number}`;
}

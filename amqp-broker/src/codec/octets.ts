const MOST = 64;

/** A frame that makes no sense, as RabbitMQ shows it in errors; the reply text has no room for more octets than these. */
export function octetsOf(type: number, buffer: Buffer, start: number, end: number): string {
  return `type ${type}, all octets = <<${[...buffer.subarray(start, Math.min(end, start + MOST))].join(',')}>>`;
}

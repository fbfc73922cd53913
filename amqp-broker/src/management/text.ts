/** AMQP's byte string as text. */
export function text(byteString: string): string {
  return Buffer.from(byteString, 'latin1').toString('utf8');
}

/** Text as AMQP's byte string. */
export function bytes(utf8: string): string {
  return Buffer.from(utf8, 'utf8').toString('latin1');
}

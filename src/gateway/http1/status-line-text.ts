/** The first line of an answer. The one of each status that was written last is kept: mostly it is the same again. */
export function statusLine(status: number, reason: string): string {
  const known = latest.get(status);
  if (known?.reason === reason) return known.line;
  const line = Buffer.from(`HTTP/1.1 ${status} ${reason}\r\n`, 'latin1').toString('latin1');
  latest.set(status, { reason, line });
  return line;
}

const latest = new Map<number, { reason: string; line: string }>();

/** The time as a Date field has it (RFC 9110 §5.6.7), made anew once a second. */
export function httpClock(now: () => number = Date.now): () => string {
  let second = Number.NaN;
  let text = '';
  return () => {
    const current = Math.floor(now() / 1000);
    if (current === second) return text;
    second = current;
    text = new Date(current * 1000).toUTCString();
    return text;
  };
}

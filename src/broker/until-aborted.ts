/** The outcome of `work`, unless the signal aborts before; then nobody waits for it, and what it brings late is discarded. */
export async function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  discard: (late: T) => void = () => {},
): Promise<T> {
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } catch (error) {
    work.then(discard, () => {});
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

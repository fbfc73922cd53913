/** Waits for a condition, generously. */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  withinMs = 30_000,
): Promise<Exclude<NonNullable<T>, false>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found) return found as Exclude<NonNullable<T>, false>;
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${probe}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A timer that progress sets back. */
export interface Deadline extends Disposable {
  refresh(): void;
}

export function startDeadline(ms: number, expire: () => void): Deadline {
  const timer = setTimeout(expire, ms);
  return { refresh: () => void timer.refresh(), [Symbol.dispose]: () => clearTimeout(timer) };
}

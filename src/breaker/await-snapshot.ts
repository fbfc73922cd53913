import type { Discovery, DiscoveryFile } from '@mscli/runtime/discovery';

/** The first snapshot that satisfies the condition, or the latest one when the time is up. */
export async function awaitSnapshot(
  file: DiscoveryFile,
  condition: (snapshot: Readonly<Discovery>) => boolean,
  { signal, timeoutMs }: { signal: AbortSignal; timeoutMs: number },
): Promise<Readonly<Discovery>> {
  let settle = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const subscription = file.subscribe((snapshot) => {
    if (condition(snapshot)) settle();
  });
  const timeout = setTimeout(settle, timeoutMs);
  signal.addEventListener('abort', settle, { once: true });
  try {
    await settled;
    signal.throwIfAborted();
    return file.snapshot;
  } finally {
    clearTimeout(timeout);
    signal.removeEventListener('abort', settle);
    subscription[Symbol.dispose]();
  }
}

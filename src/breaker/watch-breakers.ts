import { type Discovery, DiscoveryFile, discoveryPath } from '@mscli/runtime/discovery';
import { type BreakerView, listBreakers } from './list-breakers.js';

/** Times go on, and overrides run out, while nobody writes the file. */
const everyMs = 1000;

/**
 * All breakers now, at each change of the discovery file, and every second, until the signal aborts. A change that comes while the
 * last one is looked at takes its place.
 */
export async function* watchBreakers(stateUrl: string, signal: AbortSignal): AsyncGenerator<BreakerView[]> {
  await using file = await DiscoveryFile.open(discoveryPath(stateUrl));
  let latest: Readonly<Discovery> | undefined;
  let wake = () => {};
  using _subscription = file.subscribe((snapshot) => {
    latest = snapshot;
    wake();
  });
  const tick = setInterval(() => {
    latest = file.snapshot;
    wake();
  }, everyMs);
  const end = () => wake();
  signal.addEventListener('abort', end, { once: true });
  try {
    while (!signal.aborted) {
      const snapshot = latest;
      latest = undefined;
      if (snapshot !== undefined) yield listBreakers(snapshot, Date.now());
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    clearInterval(tick);
    signal.removeEventListener('abort', end);
  }
}

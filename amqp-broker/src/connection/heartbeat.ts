/** Watches both directions of a connection (AMQP 0-9-1 §4.2.7). */
export interface Heartbeat {
  /** Something came in. */
  received(): void;
  stop(): void;
}

/**
 * Sends a heartbeat when nothing else was sent for half the interval, and gives up on a peer that was silent for two intervals.
 * `seconds` 0 means no heartbeats.
 */
export function startHeartbeat(seconds: number, beat: () => void, silent: () => void): Heartbeat {
  if (seconds === 0) return { received() {}, stop() {} };
  let heard = true;
  let silences = 0;
  const sender = setInterval(beat, (seconds * 1000) / 2);
  const listener = setInterval(() => {
    silences = heard ? 0 : silences + 1;
    heard = false;
    if (silences >= 2) silent();
  }, seconds * 1000);
  return {
    received: () => {
      heard = true;
    },
    stop: () => {
      clearInterval(sender);
      clearInterval(listener);
    },
  };
}

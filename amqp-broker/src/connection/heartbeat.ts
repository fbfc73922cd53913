/** Watches both directions of a connection (AMQP 0-9-1 §4.2.7). */
export interface Heartbeat {
  /** Something came in. */
  received(): void;
  stop(): void;
}

/**
 * Asks for a heartbeat every half interval, and gives up on a peer that was silent for two intervals.
 * `seconds` 0 means no heartbeats. `beat` sends one when nothing else was sent since the last, but the first in any case, as RabbitMQ does:
 * some clients do not count the end of the handshake as a sign of life.
 */
export function startHeartbeat(seconds: number, beat: (first: boolean) => void, silent: () => void): Heartbeat {
  if (seconds === 0) return { received() {}, stop() {} };
  let heard = true;
  let silences = 0;
  let first = true;
  const sender = setInterval(
    () => {
      beat(first);
      first = false;
    },
    (seconds * 1000) / 2,
  );
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

import type { Socket } from 'node:net';

const RECHECK_MS = 10;

export interface ThrottleOptions {
  /** Whether the socket is not to be read from. */
  blocked(): boolean;
  /** Handles what was read before the stop, before anything else is read; `blocked` may hold again afterwards. */
  onResume(): void;
  /** Called from time to time while it is not read from: the peer may be sending, so its silence means nothing. */
  onHeld(): void;
}

/** Stops reading from a socket while a condition holds. */
export class Throttle {
  private readonly socket: Socket;
  private readonly options: ThrottleOptions;
  private timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, options: ThrottleOptions) {
    this.socket = socket;
    this.options = options;
  }

  /** To be called after each read. */
  check(): void {
    if (this.timer !== undefined || !this.options.blocked()) return;
    this.socket.pause();
    this.timer = setInterval(() => {
      this.options.onHeld();
      if (this.options.blocked()) return;
      this.options.onResume();
      if (this.timer === undefined || this.options.blocked()) return;
      this.stop();
      this.socket.resume();
    }, RECHECK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

import type { Socket } from 'node:net';

const RECHECK_MS = 10;

/** Stops reading from a socket while a condition holds. */
export class Throttle {
  private readonly socket: Socket;
  private readonly blocked: () => boolean;
  private timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, blocked: () => boolean) {
    this.socket = socket;
    this.blocked = blocked;
  }

  /** To be called after each read. */
  check(): void {
    if (this.timer !== undefined || !this.blocked()) return;
    this.socket.pause();
    this.timer = setInterval(() => {
      if (this.blocked()) return;
      this.stop();
      this.socket.resume();
    }, RECHECK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

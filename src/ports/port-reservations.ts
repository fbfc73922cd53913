import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { freePort, isFree } from './free-port.js';

/**
 * Ports that this process has chosen for others to listen on. Between the choice and the listening no other mscli may choose
 * the same: each holds the UDP port of the same number, which the system gives to one process only and takes back at its end.
 */
export class PortReservations implements Disposable {
  readonly #held = new Map<number, Socket>();

  /** The preferred port if nobody listens on it or has reserved it, else any such port. */
  async reserve(preferred: number): Promise<number> {
    for (let port = preferred; ; port = await freePort(0)) {
      if (this.#held.has(port)) continue;
      if ((await isFree(port)) && (await this.#hold(port))) return port;
    }
  }

  [Symbol.dispose](): void {
    for (const socket of this.#held.values()) socket.close();
    this.#held.clear();
  }

  async #hold(port: number): Promise<boolean> {
    const socket = createSocket('udp4');
    try {
      socket.bind({ port, address: '127.0.0.1', exclusive: true });
      await once(socket, 'listening');
      socket.unref();
      this.#held.set(port, socket);
      return true;
    } catch {
      socket.close();
      return false;
    }
  }
}

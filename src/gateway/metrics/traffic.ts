import type { Socket } from 'node:net';

/** The connections of one side, and the bytes that went over them. Nothing is counted while they move: the sockets know. */
export class Traffic {
  readonly #open = new Set<Socket>();
  #opened = 0;
  #received = 0;
  #sent = 0;

  watch(socket: Socket): void {
    this.#opened += 1;
    this.#open.add(socket);
    socket.once('close', () => {
      this.#open.delete(socket);
      this.#received += socket.bytesRead;
      this.#sent += socket.bytesWritten;
    });
  }

  get open(): number {
    return this.#open.size;
  }

  get opened(): number {
    return this.#opened;
  }

  get receivedBytes(): number {
    return [...this.#open].reduce((sum, { bytesRead }) => sum + bytesRead, this.#received);
  }

  get sentBytes(): number {
    return [...this.#open].reduce((sum, { bytesWritten }) => sum + bytesWritten, this.#sent);
  }
}

import { connect, type Socket } from 'node:net';

/** Sends bytes as they are and gives back all that came until the connection was closed or `until` was seen. */
export function exchangeBytes(
  port: number,
  bytes: string | readonly string[],
  options: { until?: RegExp } = {},
): Promise<{ text: string; closed: boolean }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const finish = (closed: boolean) => {
      socket.destroy();
      resolve({ text, closed });
    };
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') finish(true);
      else reject(error);
    });
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (options.until?.test(text)) finish(false);
    });
    socket.on('close', () => finish(true));
    for (const part of [bytes].flat()) socket.write(part, 'latin1');
  });
}

/** A connection that the test drives by hand. */
export function openRaw(port: number): { socket: Socket; text(): string; seen(pattern: RegExp): Promise<string> } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  const seen = (pattern: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(text)) return;
        socket.off('data', look);
        resolve(text);
      };
      socket.on('data', look);
      socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(text)}`)));
      look();
    });
  return { socket, text: () => text, seen };
}

export function statusOf(text: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
}

import { openRaw } from './raw-client.js';

/** One connection that asks again and again. */
export interface Asker {
  /** The ids of the answers so far. */
  readonly ids: string[];
  /** Resolves with how it ended: an answer said that it is the last, the connection was cut, or an answer was not the expected one. */
  readonly ended: Promise<'told' | 'cut' | string>;
  stop(): void;
}

/** Asks with a POST, which must not be repeated: each one that was sent wants its answer `ok`, until one says that it is the last. */
export function keepAsking(port: number): Asker {
  const request = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody';
  const client = openRaw(port);
  const ids: string[] = [];
  let seen = 0;
  let isStopped = false;
  const ended = new Promise<string>((resolve) => {
    client.socket.on('data', () => {
      const answer = client.text().slice(seen);
      if (!answer.endsWith('ok')) {
        if (!/^HTTP\/1\.1 200 /.test(answer)) resolve(answer);
        return;
      }
      seen = client.text().length;
      ids.push(/\r\nX-Request-Id: (\S+)/i.exec(answer)?.[1] ?? '');
      if (/\r\nConnection: close\r\n/i.test(answer)) resolve('told');
      else if (isStopped) resolve('stopped');
      else client.socket.write(request);
    });
    client.socket.on('close', () => resolve('cut'));
    client.socket.write(request);
  });
  return {
    ids,
    ended: ended.finally(() => client.socket.destroy()),
    stop: () => {
      isStopped = true;
    },
  };
}

import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { type Nginx, startNginx } from './start-nginx.js';

const FRONT = 'front.sock';
const BACK = 'back.sock';

/** Bytes of upstreams in, what nginx passes on to its client out. */
export class NginxAnswers implements AsyncDisposable {
  #answers: readonly Buffer[] = [];

  private constructor(
    readonly nginx: Nginx,
    readonly upstream: Server,
  ) {
    upstream.on('connection', (socket) => {
      socket.on('error', () => {});
      socket.once('data', (head) => {
        const place = Number(/^\w+ \/(\d+)/.exec(head.toString('latin1'))?.[1]);
        socket.end(this.#answers[place] ?? '');
      });
    });
  }

  static async start(): Promise<NginxAnswers> {
    const nginx = await startNginx(FRONT, serversIn);
    const upstream = createServer().listen(join(nginx.folder, BACK));
    await once(upstream, 'listening');
    return new NginxAnswers(nginx, upstream);
  }

  /** What its client gets for each answer. */
  read(answers: readonly Buffer[], methods: readonly string[]): Promise<Buffer[]> {
    this.#answers = answers;
    return Promise.all(answers.map((_, place) => this.#ask(methods[place] ?? 'GET', place)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.upstream.close();
    await this.nginx[Symbol.asyncDispose]();
  }

  #ask(method: string, place: number): Promise<Buffer> {
    return new Promise((resolve) => {
      const parts: Buffer[] = [];
      const socket = connect(join(this.nginx.folder, FRONT));
      socket.on('error', () => {});
      socket.on('data', (part) => parts.push(part));
      socket.on('close', () => resolve(Buffer.concat(parts)));
      socket.write(`${method} /${place} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    });
  }
}

function serversIn(folder: string): string {
  return `
  server {
    listen unix:${folder}/${FRONT};
    location / {
      proxy_http_version 1.1;
      proxy_next_upstream off;
      proxy_pass http://unix:${folder}/${BACK};
    }
  }`;
}

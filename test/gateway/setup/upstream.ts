import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';

export interface Upstream extends AsyncDisposable {
  url: string;
  port: number;
}

export interface HttpUpstream extends Upstream {
  server: Server;
}

/** A real HTTP server in the place of a service. */
export async function httpUpstream(listener: RequestListener): Promise<HttpUpstream> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A server that speaks whatever the test wants, for what a good HTTP server never does. */
export async function rawUpstream(onSocket: (socket: Socket) => void): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    onSocket(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers every request head with this text. */
export function answering(text: string, { ends = true } = {}): (socket: Socket) => void {
  return (socket) => {
    let received = '';
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      if (!received.includes('\r\n\r\n')) return;
      received = '';
      if (ends) socket.end(text, 'latin1');
      else socket.write(text, 'latin1');
    });
  };
}

/** Takes everything up to an empty line for a request, and answers with its path: what comes behind is the next one. */
export async function naiveUpstream(): Promise<Upstream & { seen: string[]; text(): string }> {
  const seen: string[] = [];
  let text = '';
  const upstream = await rawUpstream((socket) => {
    let rest = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      rest += chunk.toString('latin1');
      for (const [whole, method, path] of rest.matchAll(/([A-Z]+) (\S+) HTTP\/1\.1\r\n.*?\r\n\r\n/gs)) {
        rest = rest.slice(rest.indexOf(whole) + whole.length);
        seen.push(`${method} ${path}`);
        const body = `<${path}>`;
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      }
    });
  });
  return { ...upstream, seen, text: () => text };
}

/** A port that nobody listens on. */
export async function deadUrl(): Promise<string> {
  const upstream = await rawUpstream(() => {});
  await upstream[Symbol.asyncDispose]();
  return upstream.url;
}

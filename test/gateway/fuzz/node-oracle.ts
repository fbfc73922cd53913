import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { Duplex } from 'node:stream';

/** A message as Node's parser understood it. */
export interface NodeMessage {
  /** Method, target and version, or version, status and reason. */
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly isComplete: boolean;
}

export interface NodeRead {
  messages: NodeMessage[];
  /** The code of the parser's error. */
  refused?: string;
}

const settings = { insecureHTTPParser: false, maxHeaderSize: 256 * 1024 } as const;

/** Node's server, for one connection after the other. */
export class NodeRequests {
  readonly #server: Server;
  readonly #reads = new WeakMap<Duplex, NodeRead>();

  constructor() {
    const take = (incoming: IncomingMessage) => {
      const line = `${incoming.method} ${incoming.url} ${incoming.httpVersion}`;
      this.#reads.get(incoming.socket)?.messages.push(gather(line, incoming));
    };
    this.#server = createServer({ ...settings, requireHostHeader: false, requestTimeout: 0, headersTimeout: 0 }, take);
    this.#server.maxHeadersCount = 0;
    this.#server.on('checkContinue', take).on('checkExpectation', take).on('connect', take);
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      const read = this.#reads.get(socket);
      // The connection stays until what was understood before has been read.
      if (read !== undefined) read.refused ??= error.code ?? error.message;
    });
  }

  async read(bytes: Buffer): Promise<NodeRead> {
    const socket = new Bytes();
    const read: NodeRead = { messages: [] };
    this.#reads.set(socket, read);
    this.#server.emit('connection', socket);
    socket.push(bytes);
    await nextTurn();
    socket.destroy();
    return read;
  }
}

/** Node's client, with this for an answer and then the end of the connection. */
export async function readAnswerAsNode(bytes: Buffer, method: string): Promise<NodeRead> {
  const socket = new Bytes();
  const read: NodeRead = { messages: [] };
  const refuse = (error: NodeJS.ErrnoException) => {
    read.refused ??= error.code ?? error.message;
  };
  const outgoing = request({ method, path: '/', ...settings, createConnection: () => socket as never });
  outgoing.maxHeadersCount = 0;
  outgoing.on('error', refuse);
  outgoing.on('information', ({ httpVersion, statusCode, statusMessage, rawHeaders }) => {
    const line = `${httpVersion} ${statusCode} ${statusMessage}`;
    read.messages.push({ line, headers: rawHeaders, body: '', trailers: [], isComplete: true });
  });
  const take = (incoming: IncomingMessage) => {
    const line = `${incoming.httpVersion} ${incoming.statusCode} ${incoming.statusMessage}`;
    read.messages.push(gather(line, incoming));
  };
  outgoing.on('response', take);
  outgoing.on('upgrade', take);
  outgoing.end();
  await nextTurn();
  socket.push(bytes);
  await nextTurn();
  if (!socket.destroyed) socket.push(null);
  await nextTurn();
  socket.destroy();
  return read;
}

/** Follows a message; what has come of it is read off later. */
function gather(line: string, incoming: IncomingMessage): NodeMessage {
  let body = '';
  incoming.setEncoding('latin1');
  incoming.on('error', () => {});
  incoming.on('data', (part: string) => {
    body += part;
  });
  return {
    line,
    headers: incoming.rawHeaders,
    get body() {
      return body;
    },
    get trailers() {
      return incoming.rawTrailers;
    },
    get isComplete() {
      return incoming.complete;
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A connection in memory. */
class Bytes extends Duplex {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: BufferEncoding, written: () => void): void {
    written();
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

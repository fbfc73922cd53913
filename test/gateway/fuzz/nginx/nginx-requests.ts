import { type FileHandle, open, truncate } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type Nginx, startNginx } from './start-nginx.js';

/** A request as nginx understood it and would have passed it on. */
export interface NginxRequest {
  /** From 400 on nginx refused it, or the connection ended before it. */
  status: number;
  method: string;
  /** Without the scheme and the host of an absolute one. */
  target: string;
  version: string;
  body: string;
  /** The first value of each. */
  host: string;
  accept: string;
  cookie: string;
  xb: string;
}

const READ = 'read.sock';
const LOG = 'read.log';
const LARGEST_LOG = 32 * 2 ** 20;

/** Bytes of clients in, requests as nginx understood them out: it passes them on to itself and logs what it had. */
export class NginxRequests implements AsyncDisposable {
  #read = 0;

  private constructor(
    readonly nginx: Nginx,
    readonly log: FileHandle,
  ) {}

  static async start(): Promise<NginxRequests> {
    const nginx = await startNginx(READ, serversIn);
    return new NginxRequests(nginx, await open(join(nginx.folder, LOG), 'r'));
  }

  /** What it makes of each input, which comes on a connection of its own that ends behind it. At most 60,000. */
  async read(inputs: readonly Buffer[]): Promise<NginxRequest[][]> {
    await Promise.all(inputs.map((bytes, place) => this.#send(bytes, place + 1)));
    const reads = inputs.map((): NginxRequest[] => []);
    for (const line of await this.#newLines()) {
      const { place, ...request } = JSON.parse(line);
      reads[place - 1]?.push(request);
    }
    return reads;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.log.close();
    await this.nginx[Symbol.asyncDispose]();
  }

  /** The place in the list goes along as the port of the client. */
  #send(bytes: Buffer, place: number): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect(join(this.nginx.folder, READ));
      socket.on('error', () => {});
      socket.on('close', () => resolve());
      socket.resume();
      socket.end(Buffer.concat([Buffer.from(`PROXY TCP4 127.0.0.1 127.0.0.1 ${place} 80\r\n`), bytes]));
    });
  }

  async #newLines(): Promise<string[]> {
    const { size } = await this.log.stat();
    const bytes = Buffer.alloc(size - this.#read);
    await this.log.read(bytes, 0, bytes.length, this.#read);
    this.#read = size;
    if (size > LARGEST_LOG) {
      await truncate(join(this.nginx.folder, LOG));
      this.#read = 0;
    }
    return bytes.toString('latin1').split('\n').filter(Boolean);
  }
}

function serversIn(folder: string): string {
  const fields = {
    status: '$status',
    method: '$request_method',
    target: '$request_uri',
    version: '$server_protocol',
    body: '$request_body',
    host: '$http_host',
    accept: '$http_accept',
    cookie: '$http_cookie',
    xb: '$http_x_b',
  };
  const texts = Object.entries(fields).map(([name, value]) =>
    name === 'status' ? `"${name}":${value}` : `"${name}":"${value}"`,
  );
  return `
  log_format read escape=json '{"place":$proxy_protocol_port,${texts.join()}}';
  server {
    listen unix:${folder}/${READ} proxy_protocol;
    access_log ${folder}/${LOG} read;
    client_body_in_single_buffer on;
    location / {
      proxy_http_version 1.1;
      proxy_ignore_client_abort on;
      proxy_pass http://unix:${folder}/back.sock;
    }
  }
  server {
    listen unix:${folder}/back.sock;
    location / { return 204; }
  }`;
}

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { answersToUploads } from '../setup/answers-to-uploads.js';
import { type CertificateFolder, certificateFolder, makeCertificate } from '../setup/certificate.js';
import { bundleGateway, gatewayProcess } from '../setup/gateway-process.js';
import { httpsUpstream, rawTlsUpstream } from '../setup/https-upstream.js';
import { openRaw } from '../setup/raw-client.js';
import { TestStack } from '../setup/stack.js';
import { addInstance, testGateway } from '../setup/test-gateway.js';
import { httpUpstream, rawUpstream } from '../setup/upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

let files: CertificateFolder;
beforeAll(async () => {
  files = await certificateFolder();
});
afterAll(() => files[Symbol.asyncDispose]());

type Options = NonNullable<Parameters<typeof testGateway>[1]>;

/** A gateway that believes in the certificate of the tests. */
async function trusting(urls: string[], options: Options = {}) {
  const settings = { upstreamCa: files.settings.certificate };
  return stack.use(await testGateway({ '/': { urls } }, { settings, ...options }));
}

describe('a service with an https URL', () => {
  it('is asked over TLS and HTTP/1.1, by its name, with the Host of the client', async () => {
    let socket: TLSSocket | undefined;
    const upstream = stack.use(
      await httpsUpstream(files, (incoming, outgoing) => {
        socket = incoming.socket as TLSSocket;
        outgoing.end(incoming.headers.host);
      }),
    );
    const gateway = await trusting([upstream.url]);
    expect(await (await fetch(gateway.url)).text()).toBe(`127.0.0.1:${gateway.port}`);
    expect([socket?.alpnProtocol, (socket as { servername?: string } | undefined)?.servername]).toEqual([
      'http/1.1',
      'localhost',
    ]);
  });

  it('may be named by its address', async () => {
    const upstream = stack.use(await httpsUpstream(files, (_, outgoing) => outgoing.end('ok')));
    const gateway = await trusting([`https://127.0.0.1:${upstream.port}`]);
    expect((await fetch(gateway.url)).status).toBe(200);
  });

  it('is asked many times over one connection, which waits meanwhile', async () => {
    let connections = 0;
    const upstream = stack.use(await httpsUpstream(files, (_, outgoing) => outgoing.end('ok')));
    upstream.server.on('secureConnection', () => {
      connections += 1;
    });
    const gateway = await trusting([upstream.url]);
    for (let n = 0; n < 5; n++) expect((await fetch(gateway.url, { method: 'POST', body: 'x' })).status).toBe(200);
    expect(connections).toBe(1);
  });

  it('gets and gives large bodies', async () => {
    const upstream = stack.use(await httpsUpstream(files, (incoming, outgoing) => incoming.pipe(outgoing)));
    const gateway = await trusting([upstream.url]);
    const sent = randomBytes(8_000_000);
    const answer = await fetch(gateway.url, { method: 'POST', body: sent });
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(new Uint8Array(await answer.arrayBuffer()))).toBe(digest(sent));
  });

  it('may speak WebSocket', async () => {
    const upstream = stack.use(await httpsUpstream(files, () => {}));
    const sockets = new WebSocketServer({ server: upstream.server });
    sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)));
    const gateway = await trusting([upstream.url]);
    const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
    await once(client, 'open');
    client.send('x'.repeat(300_000));
    expect(String((await once(client, 'message'))[0])).toHaveLength(300_000);
    client.terminate();
    sockets.close();
  });

  it('may be the first to speak WebSocket, be it in one turn with its 101', async () => {
    const upstream = stack.use(await httpsUpstream(files, () => {}));
    const sockets = new WebSocketServer({ server: upstream.server });
    sockets.on('connection', (socket) => socket.send('hello'));
    const gateway = await trusting([upstream.url]);
    for (let n = 0; n < 10; n++) {
      const client = new WebSocket(`ws://127.0.0.1:${gateway.port}/`);
      expect(String((await once(client, 'message'))[0])).toBe('hello');
      client.terminate();
    }
    sockets.close();
  });

  it('may end a tunnel with what it says first', async () => {
    const answer = [
      ...['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: websocket'],
      ...['Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=', '', 'last words'],
    ];
    const upstream = stack.use(
      await rawTlsUpstream(files, (socket) => socket.once('data', () => socket.end(answer.join('\r\n')))),
    );
    const gateway = await trusting([upstream.url]);
    const client = openRaw(gateway.port);
    client.socket.write(
      [
        ...['GET / HTTP/1.1', 'Host: a', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'],
        ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
      ].join('\r\n'),
    );
    expect(await client.seen(/last words$/)).toMatch(/^HTTP\/1\.1 101 /);
    client.socket.destroy();
  });

  it('is replaced by another instance where it does not speak TLS', async () => {
    const plain = stack.use(await httpUpstream((_, outgoing) => outgoing.end('never')));
    const good = stack.use(await httpsUpstream(files, (_, outgoing) => outgoing.end('good')));
    const gateway = await trusting([`https://localhost:${plain.port}`, good.url]);
    for (let n = 0; n < 4; n++) expect(await (await fetch(gateway.url)).text()).toBe('good');
  });

  it('has as long for its handshake as for a connection', async () => {
    const silent = stack.use(await rawUpstream(() => {}));
    const gateway = await trusting([`https://localhost:${silent.port}`], {
      settings: { upstreamCa: files.settings.certificate },
      limits: { connectMs: 100 },
    });
    expect((await fetch(gateway.url)).status).toBe(502);
    expect(gateway.requests()[0]?.cause).toBe('the connection took too long to come about');
  });

  it('loses no early answer, although it resets the connection during an upload', async () => {
    const upstream = stack.use(
      await rawTlsUpstream(files, (socket) => {
        socket.once('data', () => {
          socket.pause();
          socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large', () => {
            socket.destroy();
          });
        });
      }),
    );
    const gateway = await trusting([upstream.url]);
    const answers = await answersToUploads(gateway.port);
    expect(answers).toEqual(answers.map(() => '413 too large'));
  });
});

describe('a certificate', () => {
  it.each([
    [
      'of an unknown authority',
      {},
      /its certificate is not accepted: self-signed certificate.* \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    ],
    ['for another name', { names: ['other.example'], addresses: [] }, /not accepted: .*ERR_TLS_CERT_ALTNAME_INVALID/],
    ['that has expired', { expiresAt: new Date('2020-01-01') }, /not accepted: certificate has expired/],
  ])('%s is a 502 that names nobody, and a clear cause in the log', async (kind, options, cause) => {
    const other = stack.use(await certificateFolder(await makeCertificate(options)));
    let asked = 0;
    const upstream = stack.use(
      await httpsUpstream(other, (_, outgoing) => {
        asked += 1;
        outgoing.end();
      }),
    );
    const isUnknown = kind === 'of an unknown authority';
    const upstreamCa = isUnknown ? files.settings.certificate : other.settings.certificate;
    const gateway = await trusting([upstream.url], { settings: { upstreamCa } });
    const answer = await fetch(gateway.url);
    const body = await answer.text();
    expect([answer.status, asked]).toEqual([502, 0]);
    expect(body).not.toMatch(/localhost|certificate|example/);
    expect(gateway.requests()[0]).toMatchObject({ status: 502, cause: expect.stringMatching(cause) });
  });

  it('is believed by NODE_EXTRA_CA_CERTS too, beside the setting', { timeout: 60_000 }, async () => {
    const names = ['other.example', 'localhost'];
    const other = stack.use(await certificateFolder(await makeCertificate({ names })));
    const [one, two] = [
      stack.use(await httpsUpstream(files, (_, outgoing) => outgoing.end('one'))),
      stack.use(await httpsUpstream(other, (_, outgoing) => outgoing.end('two'))),
    ];
    const bundle = stack.use(await bundleGateway()).file;
    const start = async (env: Record<string, string>) =>
      stack.use(
        await gatewayProcess(
          bundle,
          (draft) => {
            draft.routes.push({ path: '/one', service: 'one', stripPrefix: false });
            draft.routes.push({ path: '/two', service: 'two', stripPrefix: false });
            addInstance(draft, 'one', one.url, 1);
            addInstance(draft, 'two', two.url, 1);
          },
          env,
        ),
      );
    const statuses = async ({ url }: { url: string }) =>
      [await fetch(`${url}/one`), await fetch(`${url}/two`)].map(({ status }) => status);
    const extra = { NODE_EXTRA_CA_CERTS: files.settings.certificate };
    expect(await statuses(await start(extra))).toEqual([200, 502]);
    const setting = { MSCLI_GATEWAY_SETTINGS: JSON.stringify({ upstreamCa: other.settings.certificate }) };
    expect(await statuses(await start({ ...extra, ...setting }))).toEqual([200, 200]);
  });
});

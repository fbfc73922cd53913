import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { bundledGateway } from '../setup/bundled-gateway.js';
import { certificateFolder, makeCertificate } from '../setup/certificate.js';
import { type GatewayProcess, gatewayProcess } from '../setup/gateway-process.js';
import { ask } from '../setup/http2-connection.js';
import { twoWorkers } from '../setup/two-workers.js';
import { waitUntil } from '../setup/wait-until.js';

const gatewayOfFile = bundledGateway();
const { stack } = gatewayOfFile;

async function started() {
  const files = stack.use(await certificateFolder());
  const settings = { tls: files.settings };
  const gateway = await twoWorkers(gatewayOfFile.bundle, stack, (_, outgoing) => outgoing.end('ok'), { settings });
  return { gateway, files };
}

/** A connection with one request made on it; gives what is needed to resume its session. */
async function askOnce(
  { port }: GatewayProcess,
  options: { ca?: string; rejectUnauthorized?: false; session?: Buffer | undefined },
) {
  const socket: TLSSocket = connect({ port, host: '127.0.0.1', servername: 'localhost', ...options });
  let session: Buffer | undefined;
  socket.on('session', (ticket) => {
    session = ticket;
  });
  await once(socket, 'secureConnect');
  const serial = socket.getPeerCertificate().serialNumber;
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  await waitUntil(() => text.endsWith('ok') && (session ?? options.session) !== undefined, 'the answer and a ticket');
  const resumed = socket.isSessionReused();
  socket.destroy();
  return { session, serial, resumed };
}

describe('a gateway with two workers and a certificate', () => {
  it('serves both protocols in both workers, and each resumes sessions of the other', async () => {
    const { gateway, files } = await started();
    expect(gateway.url).toMatch(/^https:/);
    const { session } = await askOnce(gateway, { ca: files.cert });
    const again = [];
    for (let n = 0; n < 4; n++) again.push((await askOnce(gateway, { ca: files.cert, session })).resumed);
    expect(again).toEqual([true, true, true, true]);
    for (let n = 0; n < 4; n++) {
      const http2 = connectHttp2(gateway.url, { ca: files.cert });
      expect(await ask(http2, { ':path': '/two' })).toMatchObject({ status: 200, body: 'ok' });
      http2.destroy();
    }
    const workersBy = (version: string | undefined) =>
      gateway.lines.filter(({ msg, httpVersion }) => msg === 'request' && httpVersion === version);
    await waitUntil(() => workersBy('2.0').length === 4 && workersBy(undefined).length === 5, 'the access lines');
    for (const version of ['2.0', undefined]) {
      expect(new Set(workersBy(version).map(({ instance }) => instance))).toEqual(
        new Set(['gateway-1.1', 'gateway-1.2']),
      );
    }
  });

  it('takes a renewed certificate in both workers', { timeout: 30_000 }, async () => {
    const { gateway, files } = await started();
    const before = (await askOnce(gateway, { ca: files.cert })).serial;
    await files.replace(await makeCertificate());
    const serials = async () => {
      const seen = [];
      // Which one it trusts is another matter.
      for (let n = 0; n < 4; n++) seen.push((await askOnce(gateway, { rejectUnauthorized: false })).serial);
      return seen;
    };
    await waitUntil(async () => (await serials()).every((serial) => serial !== before), 'the new one everywhere');
  });

  it('says once what is wrong with the certificate', async () => {
    const files = stack.use(await certificateFolder());
    const tls = { ...files.settings, key: `${files.path}/missing.key` };
    const env = { MSCLI_GATEWAY_SETTINGS: JSON.stringify({ workers: 2, tls }) };
    const gateway = stack.use(await gatewayProcess(gatewayOfFile.bundle, undefined, env));
    expect(await gateway.exit).toBe(1);
    expect(gateway.lines).toMatchObject([{ instance: 'gateway-1', level: 'error', code: 'INVALID_CONFIG' }]);
  });
});

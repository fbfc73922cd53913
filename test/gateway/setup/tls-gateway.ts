import { connect, type TLSSocket } from 'node:tls';
import { type CertificateFolder, certificateFolder } from './certificate.js';
import { type TestGateway, testGateway } from './test-gateway.js';

export interface TlsGateway extends TestGateway {
  files: CertificateFolder;
}

/** A real gateway with a certificate of its own. */
export async function tlsGateway(...given: Parameters<typeof testGateway>): Promise<TlsGateway> {
  const [routes, options = {}] = given;
  const files = await certificateFolder();
  const gateway = await testGateway(routes, { ...options, settings: { ...options.settings, tls: files.settings } });
  return {
    ...gateway,
    files,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await files[Symbol.asyncDispose]();
    },
  };
}

/** A connection of TLS that trusts this certificate, after the handshake. */
export function tlsConnection(
  { port, files }: { port: number; files: { cert: string } },
  { alpn, ...options }: { alpn?: string[]; allowHalfOpen?: boolean; maxVersion?: 'TLSv1.2' } = {},
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const protocols = alpn === undefined ? {} : { ALPNProtocols: alpn };
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: files.cert,
      ...protocols,
      ...options,
    });
    socket.once('secureConnect', () => resolve(socket));
    socket.once('error', reject);
  });
}

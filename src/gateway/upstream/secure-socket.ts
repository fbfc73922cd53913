import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tls } from './lazy-tls.js';
import type { Origin } from './origin.js';
import type { Authorities } from './trusted-authorities.js';
import type { UpstreamSocket } from './upstream-socket.js';

type Written = (error?: Error | null) => void;

/**
 * Opens a connection of TLS to an upstream, whose certificate must be one for its name from one of the authorities. It is as
 * patient as a plain one: its methods are overridden one by one, since TLS makes its sockets itself.
 */
export function openSecureSocket({ host, port }: Origin, authorities: Authorities): UpstreamSocket {
  const name = isIP(host) === 0 ? { servername: host } : {};
  const secureContext = authorities();
  const options = { host, port, ...name, secureContext, ALPNProtocols: ['http/1.1'], rejectUnauthorized: true };
  const socket = tls().connect(options);
  let isPatient = true;
  const told = (written: Written) => (error?: Error | null) => {
    if (!error || !isPatient) written(error);
  };
  const { _write, _writev } = socket;
  return Object.assign(socket.setNoDelay(true), {
    standsAt: 'secureConnect' as const,
    endPatience() {
      isPatient = false;
    },
    explain: (error: Error) => explain(error, socket),
    _write(chunk: unknown, encoding: BufferEncoding, written: Written) {
      _write.call(socket, chunk, encoding, told(written));
    },
    _writev(chunks: { chunk: unknown; encoding: BufferEncoding }[], written: Written) {
      _writev?.call(socket, chunks, told(written));
    },
  });
}

function explain(error: NodeJS.ErrnoException, { authorizationError }: TLSSocket): Error {
  if (!authorizationError) return error;
  return new Error(`its certificate is not accepted: ${error.message} (${error.code})`, { cause: error });
}

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import { failure } from '../../errors.js';
import { tls } from './lazy-tls.js';

/** Whom an upstream must be vouched for by. The context is made when the first connection of TLS needs it. */
export type Authorities = () => SecureContext;

/** Node's own authorities, those of NODE_EXTRA_CA_CERTS, and those of a file. Fails with `INVALID_CONFIG` where it cannot be used. */
export function trustedAuthorities(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Authorities {
  if (file === undefined) return once(() => tls().createSecureContext());
  const fault = authoritiesFault(file);
  if (fault !== undefined) {
    throw failure('INVALID_CONFIG', `The file of authorities ${file} ${fault.problem}.`, {
      hint: fault.hint,
      cause: fault.cause,
    });
  }
  // Whoever names authorities replaces all others, so those are named too.
  const extra = env.NODE_EXTRA_CA_CERTS;
  const more = extra !== undefined && authoritiesFault(extra) === undefined ? [readFileSync(extra)] : [];
  const others = [...more, readFileSync(file)];
  return once(() => tls().createSecureContext({ ca: [...tls().rootCertificates, ...others] }));
}

function once(make: () => SecureContext): Authorities {
  let made: SecureContext | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What is wrong with a file of authorities, if anything is. */
export function authoritiesFault(file: string): { problem: string; hint: string; cause: unknown } | undefined {
  const hint = 'It must be a PEM file with the certificates of authorities.';
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    return { problem: isMissing ? 'is not there' : 'cannot be read', hint, cause };
  }
  const certificates = text.match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? [];
  if (certificates.length === 0) return { problem: 'holds no certificate', hint, cause: undefined };
  try {
    for (const certificate of certificates) new X509Certificate(certificate);
    return undefined;
  } catch (cause) {
    return { problem: 'holds a certificate that cannot be used', hint, cause };
  }
}

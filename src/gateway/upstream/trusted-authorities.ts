import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import { failure } from '../../errors.js';

/** Whom the gateway believes in who an upstream is: Node's own authorities, those of NODE_EXTRA_CA_CERTS, and those of a file. */
export function trustedAuthorities(
  file: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): SecureContext {
  if (file === undefined) return createSecureContext();
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
  return createSecureContext({ ca: [...rootCertificates, ...more, readFileSync(file)] });
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

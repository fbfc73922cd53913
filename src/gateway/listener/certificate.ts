import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { failure } from '../../errors.js';
import type { TlsSettings } from '../settings/tls.js';

/** A certificate with its chain and its key, as PEM: they are readable and belong together. */
export interface Certificate {
  kind: 'certificate';
  cert: Buffer;
  key: Buffer;
  startsAt: Date;
  expiresAt: Date;
}

export interface CertificateFault {
  kind: 'faulty';
  /** Which setting is wrong. */
  setting: keyof CertificateFiles;
  path: string;
  /** Such as `is not there`. */
  problem: string;
  hint: string;
  cause: unknown;
}

export type CertificateFiles = Pick<TlsSettings, 'certificate' | 'key'>;

/** Reads a certificate and its key; fails with `INVALID_CONFIG`, which names the file that is wrong, or both. */
export async function readCertificate(files: CertificateFiles): Promise<Certificate> {
  const read = await tryCertificate(files);
  if (read.kind === 'certificate') return read;
  const { setting, path, problem, hint, cause } = read;
  throw failure('INVALID_CONFIG', `The gateway’s ${setting} ${path} ${problem}.`, { hint, cause });
}

export async function tryCertificate({ certificate, key }: CertificateFiles): Promise<Certificate | CertificateFault> {
  const cert = await readPem('certificate', certificate);
  if ('kind' in cert) return cert;
  const secret = await readPem('key', key);
  if ('kind' in secret) return secret;
  try {
    createSecureContext({ cert });
  } catch (cause) {
    const hint = 'It must be a certificate in PEM, followed by those that lead to its authority.';
    return fault('certificate', certificate, 'holds no certificate that can be used', hint, cause);
  }
  if (/^(?:-----BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED)/m.test(secret.toString('latin1'))) {
    const hint = `Write it without one: openssl pkey -in ${key} -out gateway.key`;
    return fault('key', key, 'has a passphrase', hint, undefined);
  }
  try {
    createSecureContext({ key: secret });
  } catch (cause) {
    const hint = 'It must be a private key in PEM, without a passphrase.';
    return fault('key', key, 'holds no private key that can be used', hint, cause);
  }
  try {
    createSecureContext({ cert, key: secret });
  } catch (cause) {
    const hint = 'Name the key that the certificate was made for.';
    return fault('key', key, `does not belong to the certificate ${certificate}`, hint, cause);
  }
  const { validFrom, validTo } = new X509Certificate(cert);
  return { kind: 'certificate', cert, key: secret, startsAt: new Date(validFrom), expiresAt: new Date(validTo) };
}

async function readPem(setting: keyof CertificateFiles, path: string): Promise<Buffer | CertificateFault> {
  try {
    return await readFile(path);
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const hint = 'Put the file there, or correct gateway.tls in mscli.yaml.';
    return isMissing
      ? fault(setting, path, 'is not there', hint, cause)
      : fault(setting, path, 'cannot be read', 'It must be a file that the gateway may read.', cause);
  }
}

function fault(
  setting: CertificateFault['setting'],
  path: string,
  problem: string,
  hint: string,
  cause: unknown,
): CertificateFault {
  return { kind: 'faulty', setting, path, problem, hint, cause };
}

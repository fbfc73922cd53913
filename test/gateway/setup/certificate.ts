import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import type { TlsSettings } from '../../../src/gateway/settings/tls.js';

export interface Pem {
  cert: string;
  key: string;
}

/** A self-signed certificate for localhost and 127.0.0.1, or for whatever names are given. */
export async function makeCertificate({
  names = ['localhost'],
  addresses = ['127.0.0.1'],
  expiresAt = new Date(Date.now() + 86_400_000),
}: {
  names?: string[];
  addresses?: string[];
  expiresAt?: Date;
} = {}): Promise<Pem> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: names[0] ?? 'nobody' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(expiresAt.getTime() - 30 * 86_400_000),
    notAfterDate: expiresAt,
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert, key };
}

export interface CertificateFolder extends AsyncDisposable, Pem {
  path: string;
  settings: TlsSettings;
  /** Puts other files in the place of these, by rename. */
  replace(files: Partial<Pem>): Promise<void>;
}

/** A certificate in files, as the gateway is given it. */
export async function certificateFolder(pem?: Pem): Promise<CertificateFolder> {
  const made = pem ?? (await makeCertificate());
  const path = await mkdtemp(join(tmpdir(), 'mscli-tls-'));
  const settings = {
    certificate: join(path, 'gateway.pem'),
    key: join(path, 'gateway.key'),
    minVersion: 'TLSv1.2' as const,
  };
  const place = async (text: string | undefined, file: string) => {
    if (text === undefined) return;
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  };
  const replace = async ({ cert, key }: Partial<Pem>) => {
    await place(cert, settings.certificate);
    await place(key, settings.key);
  };
  await replace(made);
  return { ...made, path, settings, replace, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

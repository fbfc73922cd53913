import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Log } from '../log.js';
import { type Certificate, type CertificateFiles, readCertificate } from './certificate.js';
import { untimely } from './certificate-time.js';

export interface FollowOptions {
  onChange: (certificate: Certificate) => void;
  log: Log;
  /** How the files looked before they were read; what has changed since is handed over. Default: as they look now. */
  since?: string;
  everyMs?: number;
}

/**
 * Hands over the certificate whenever its files have changed. A pair that does not fit, such as one of which half is renewed, is
 * told and left alone. The files are looked at every two seconds and not watched: renewals swap links to folders, which a watch of
 * the file's own folder does not see, and nobody waits for a renewal.
 */
export function followCertificate(
  files: CertificateFiles,
  { onChange, log, since, everyMs = 2_000 }: FollowOptions,
): Disposable {
  let seen = since;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async () => {
    const found = await fingerprint(files);
    if (seen === undefined) seen = found;
    if (found === seen || isStopped) return;
    seen = found;
    try {
      const certificate = await readCertificate(files);
      if (isStopped) return;
      onChange(certificate);
      const { startsAt, expiresAt } = certificate;
      const problem = untimely(certificate);
      log(
        problem === undefined
          ? { level: 'info', msg: 'the certificate was renewed', ...files, expiresAt }
          : { level: 'warn', msg: `the new certificate ${problem}`, ...files, startsAt, expiresAt },
      );
    } catch (error) {
      const cause = (error as Error).message;
      log({ level: 'warn', msg: 'the new certificate cannot be used: the old one goes on', ...files, cause });
    }
  };
  const again = async () => {
    await look();
    if (!isStopped) timer = setTimeout(again, everyMs).unref();
  };
  void again();
  return {
    [Symbol.dispose]() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

/** What changes when the files do. */
export async function fingerprint({ certificate, key }: CertificateFiles): Promise<string> {
  const [one, other] = await Promise.all([stat(certificate).catch(nothing), stat(key).catch(nothing)]);
  return `${describe(one)} ${describe(other)}`;
}

function describe(file: Stats | undefined): string {
  return file === undefined ? '' : `${file.ino} ${file.size} ${file.mtimeMs}`;
}

function nothing(): undefined {
  return undefined;
}

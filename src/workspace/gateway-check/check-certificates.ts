import type { Certificate } from '../../gateway/listener/certificate.js';
import { absolutePaths } from '../../gateway/settings/absolute-paths.js';
import type { Workspace } from '../find-workspace.js';
import type { Finding } from '../issue.js';

type Place = Pick<Workspace, 'root' | 'config'>;

/** Fails with `INVALID_CONFIG` where the gateway could not start with its certificates. */
export async function checkCertificates(workspace: Place): Promise<void> {
  const { tls, upstreamCa } = settingsOf(workspace);
  if (tls !== undefined) await (await certificates()).readCertificate(tls);
  if (upstreamCa !== undefined) (await authorities()).trustedAuthorities(upstreamCa);
}

/** The same as faults of mscli.yaml, and a warning of a certificate that clients do not take today, or will not in a week. */
export async function certificateFindings(workspace: Place): Promise<{ faults: Finding[]; warnings: Finding[] }> {
  const { tls, upstreamCa } = settingsOf(workspace);
  const faults: Finding[] = [];
  const warnings: Finding[] = [];
  const own = tls && (await (await certificates()).tryCertificate(tls));
  if (own?.kind === 'faulty') {
    faults.push({ path: ['gateway', 'tls', own.setting], message: `names ${own.path}, which ${own.problem}` });
  }
  if (own?.kind === 'certificate') {
    const problem = await problemWithTime(own);
    const message = `names ${tls?.certificate}, which ${problem}`;
    if (problem !== undefined) warnings.push({ path: ['gateway', 'tls', 'certificate'], message });
  }
  const others = upstreamCa && (await authorities()).authoritiesFault(upstreamCa);
  if (others) {
    faults.push({ path: ['gateway', 'upstreamCa'], message: `names ${upstreamCa}, which ${others.problem}` });
  }
  return { faults, warnings };
}

async function problemWithTime(certificate: Certificate): Promise<string | undefined> {
  const { expiresSoon, untimely } = await times();
  const [from, to] = [certificate.startsAt.toISOString(), certificate.expiresAt.toISOString()];
  const problem = untimely(certificate);
  if (problem !== undefined) return `${problem}: it is valid from ${from} to ${to}`;
  return expiresSoon(certificate) ? `expires soon: it is valid until ${to}` : undefined;
}

function settingsOf({ root, config }: Place) {
  return absolutePaths(config.gateway.settings, root);
}

/** Loaded where there are certificates: every command would wait for them. */
function certificates() {
  return import('../../gateway/listener/certificate.js');
}

function times() {
  return import('../../gateway/listener/certificate-time.js');
}

function authorities() {
  return import('../../gateway/upstream/trusted-authorities.js');
}

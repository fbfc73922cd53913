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

/** The same as faults of mscli.yaml, and a warning of a certificate that clients will not take today. */
export async function certificateFindings(workspace: Place): Promise<{ faults: Finding[]; warnings: Finding[] }> {
  const { tls, upstreamCa } = settingsOf(workspace);
  const faults: Finding[] = [];
  const warnings: Finding[] = [];
  const own = tls && (await (await certificates()).tryCertificate(tls));
  if (own?.kind === 'faulty') {
    faults.push({ path: ['gateway', 'tls', own.setting], message: `names ${own.path}, which ${own.problem}` });
  }
  if (own?.kind === 'certificate') {
    const problem = (await times()).untimely(own);
    const dates = `from ${own.startsAt.toISOString()} to ${own.expiresAt.toISOString()}`;
    const message = `names ${tls?.certificate}, which ${problem}: it is valid ${dates}`;
    if (problem !== undefined) warnings.push({ path: ['gateway', 'tls', 'certificate'], message });
  }
  const others = upstreamCa && (await authorities()).authoritiesFault(upstreamCa);
  if (others) {
    faults.push({ path: ['gateway', 'upstreamCa'], message: `names ${upstreamCa}, which ${others.problem}` });
  }
  return { faults, warnings };
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

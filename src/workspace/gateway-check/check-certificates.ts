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

/** The same as faults of mscli.yaml. */
export async function certificateFaults(workspace: Place): Promise<Finding[]> {
  const { tls, upstreamCa } = settingsOf(workspace);
  const findings: Finding[] = [];
  const own = tls && (await (await certificates()).tryCertificate(tls));
  if (own?.kind === 'faulty') {
    findings.push({ path: ['gateway', 'tls', own.setting], message: `names ${own.path}, which ${own.problem}` });
  }
  const others = upstreamCa && (await authorities()).authoritiesFault(upstreamCa);
  if (others) {
    findings.push({ path: ['gateway', 'upstreamCa'], message: `names ${upstreamCa}, which ${others.problem}` });
  }
  return findings;
}

function settingsOf({ root, config }: Place) {
  return absolutePaths(config.gateway.settings, root);
}

/** Loaded where there are certificates: every command would wait for them. */
function certificates() {
  return import('../../gateway/listener/certificate.js');
}

function authorities() {
  return import('../../gateway/upstream/trusted-authorities.js');
}

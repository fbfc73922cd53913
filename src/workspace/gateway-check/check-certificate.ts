import { absolutePaths } from '../../gateway/settings/absolute-paths.js';
import type { Workspace } from '../find-workspace.js';
import type { Finding } from '../issue.js';

type Place = Pick<Workspace, 'root' | 'config'>;

/** Fails with `INVALID_CONFIG` where the gateway could not start with its certificate. */
export async function checkCertificate(workspace: Place): Promise<void> {
  const tls = tlsOf(workspace);
  if (tls !== undefined) await (await reading()).readCertificate(tls);
}

/** The same as a fault of mscli.yaml. */
export async function certificateFaults(workspace: Place): Promise<Finding[]> {
  const tls = tlsOf(workspace);
  const read = tls === undefined ? undefined : await (await reading()).tryCertificate(tls);
  if (read?.kind !== 'faulty') return [];
  return [{ path: ['gateway', 'tls', read.setting], message: `names ${read.path}, which ${read.problem}` }];
}

function tlsOf({ root, config }: Place) {
  return absolutePaths(config.gateway.settings, root).tls;
}

/** Loaded where there is a certificate: every command would wait for it. */
function reading() {
  return import('../../gateway/listener/certificate.js');
}

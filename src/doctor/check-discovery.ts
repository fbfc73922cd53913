import { type CorruptDiscovery, discoveryPath, isAlive, readDiscovery } from '@mscli/runtime/discovery';
import type { Finding } from './finding.js';

/** Whether the discovery file can be read, and whether its instances live. */
export async function checkDiscovery({ stateUrl }: { stateUrl: string }): Promise<Finding[]> {
  const check = 'discovery';
  const damage: CorruptDiscovery[] = [];
  const { instances } = await readDiscovery(discoveryPath(stateUrl), { onCorrupt: (report) => damage.push(report) });
  const all = Object.values(instances);
  const dead = all.filter(({ pid, processStart }) => pid !== undefined && !isAlive(pid, processStart));
  const findings = damage.map((report) => damaged(check, report));
  if (dead.length > 0) {
    const names = dead.map(({ id }) => id).join(', ');
    const hint = 'they get no calls; the next `mscli up` or `mscli down` removes them';
    findings.push({ check, status: 'warn', message: `registered, but their processes are gone: ${names}`, hint });
  }
  if (findings.length > 0) return findings;
  const registered = all.length === 0 ? 'nothing is registered' : `${all.length} registered, all alive`;
  return [{ check, status: 'ok', message: `the discovery file is sound, ${registered}` }];
}

function damaged(check: string, { path, faults, movedTo }: CorruptDiscovery): Finding {
  const moved = movedTo === undefined ? '' : `; it was moved to ${movedTo}`;
  const hint = 'running instances write themselves into a new one';
  return { check, status: 'warn', message: `${path} is damaged: ${faults.join(' ')}${moved}`, hint };
}

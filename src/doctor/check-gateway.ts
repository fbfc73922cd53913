import { sentence } from '../workspace/fault.js';
import { checkGateway as examineGateway } from '../workspace/gateway-check/check-gateway.js';
import { servable } from '../workspace/gateway-check/describe-check.js';
import type { Workspace } from '../workspace/index.js';
import type { Finding } from './finding.js';

/** What `mscli gateway check` finds: routes that can hardly be meant, certificates that cannot be served or that nobody takes. */
export async function checkGateway({ root }: Pick<Workspace, 'root'>): Promise<Finding[]> {
  const check = 'gateway';
  const { faults, warnings, routes } = (await examineGateway(root)).check;
  const hint = '`mscli gateway check` tells the lines of mscli.yaml';
  const findings: Finding[] = [
    ...faults.map((fault) => ({ check, status: 'fail' as const, message: sentence(fault), hint })),
    ...warnings.map((warning) => ({ check, status: 'warn' as const, message: sentence(warning), hint })),
  ];
  if (findings.length > 0) return findings;
  return [{ check, status: 'ok', message: servable(routes) }];
}

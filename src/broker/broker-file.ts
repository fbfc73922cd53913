import { open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrokerKind, BrokerPlan } from './broker-plan.js';

/** `.mscli/broker.json`: the broker that this workspace has chosen, kept so that it is not switched silently. */
export interface RememberedBroker {
  kind: BrokerKind;
  /** With its password; the file's mode is 0600. */
  url: string;
  reason: string;
  /** ISO 8601. */
  chosenAt: string;
  /** Who chose: a choice made in mscli.yaml ends when it is taken out of there. */
  source: BrokerSource;
  /** Absent with an external broker. */
  managementPort?: number;
}

export type BrokerSource = 'flag' | 'config' | 'auto';

export function brokerFile(stateFolder: string): string {
  return join(stateFolder, 'broker.json');
}

/** `undefined` when no broker was chosen yet, or when the file is not one of ours. */
export async function readBroker(stateFolder: string): Promise<RememberedBroker | undefined> {
  try {
    const found = JSON.parse(await readFile(brokerFile(stateFolder), 'utf8')) as Partial<RememberedBroker>;
    const { kind, url } = found;
    if (!kind || !['external', 'docker', 'embedded'].includes(kind) || !url || !URL.canParse(url)) return undefined;
    return { reason: '', chosenAt: '', source: 'auto', ...found, kind, url };
  } catch {
    return undefined;
  }
}

export async function rememberBroker(
  stateFolder: string,
  plan: BrokerPlan,
  source: BrokerSource,
  now: () => number = Date.now,
): Promise<void> {
  const remembered: RememberedBroker = {
    kind: plan.kind,
    url: plan.url,
    reason: plan.reason,
    chosenAt: new Date(now()).toISOString(),
    source,
    ...managementOf(plan),
  };
  const path = brokerFile(stateFolder);
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(remembered, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

export function forgetBroker(stateFolder: string): Promise<void> {
  return rm(brokerFile(stateFolder), { force: true });
}

function managementOf(plan: BrokerPlan): Pick<RememberedBroker, 'managementPort'> {
  switch (plan.kind) {
    case 'docker':
      return { managementPort: plan.container.managementPort };
    case 'embedded':
      return { managementPort: plan.managementPort };
    case 'external':
      return {};
    default:
      return plan satisfies never;
  }
}

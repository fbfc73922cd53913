import type { DockerContainer } from './docker/container-record.js';

/** Which broker a workspace uses, where, and why. */
export type BrokerPlan =
  | { kind: 'external'; url: string; reason: string }
  | { kind: 'docker'; url: string; reason: string; container: DockerContainer }
  | { kind: 'embedded'; url: string; reason: string; port: number; managementPort: number; dataFolder: string };

export type BrokerKind = BrokerPlan['kind'];

/** The same URL as people may see it: without its password. */
export function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.password) parsed.password = '***';
  return parsed.href;
}

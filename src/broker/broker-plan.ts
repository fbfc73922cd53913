/** Which broker a workspace uses, where, and why. */
export type BrokerPlan =
  | { kind: 'external'; url: string; reason: string }
  | { kind: 'docker'; url: string; reason: string; container: string; volume: string }
  | { kind: 'embedded'; url: string; reason: string; dataFolder: string };

export type BrokerKind = BrokerPlan['kind'];

/** What `--broker` and `broker:` in mscli.yaml may say: `auto`, `docker`, `embedded` or an amqp(s) URL. */
export type BrokerWish = string;

/** The same URL as people may see it: without its password. */
export function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return url;
  if (parsed.password) parsed.password = '***';
  return parsed.href;
}

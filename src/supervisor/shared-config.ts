import { type Config, settingsByCallee } from '../workspace/index.js';
import type { SharedConfig } from './discovery-records.js';

/** What of mscli.yaml goes into the discovery file. */
export function sharedConfig({ gateway, services }: Pick<Config, 'gateway' | 'services'>): SharedConfig {
  return { routes: gateway.routes, breakerSettings: settingsByCallee(services) };
}

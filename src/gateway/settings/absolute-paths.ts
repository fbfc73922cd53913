import { resolve } from 'node:path';
import type { GatewaySettings } from './gateway-settings.js';

/** The settings with their files as absolute paths; in mscli.yaml they are relative to the workspace's root. */
export function absolutePaths(settings: GatewaySettings, root: string): GatewaySettings {
  const { tls, upstreamCa } = settings;
  return {
    ...settings,
    ...(tls && { tls: { ...tls, certificate: resolve(root, tls.certificate), key: resolve(root, tls.key) } }),
    ...(upstreamCa && { upstreamCa: resolve(root, upstreamCa) }),
  };
}

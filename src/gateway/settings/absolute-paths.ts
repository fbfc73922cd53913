import { resolve } from 'node:path';
import type { GatewaySettings } from './gateway-settings.js';

/** The settings with their files as absolute paths; in mscli.yaml they are relative to the workspace's root. */
export function absolutePaths(settings: GatewaySettings, root: string): GatewaySettings {
  const { tls } = settings;
  if (tls === undefined) return settings;
  return { ...settings, tls: { ...tls, certificate: resolve(root, tls.certificate), key: resolve(root, tls.key) } };
}

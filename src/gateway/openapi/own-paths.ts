import type { Route } from '@mscli/runtime/discovery';
import type { GatewaySettings } from '../settings/gateway-settings.js';

/** Whose routes are the gateway's own. */
export const GATEWAY = 'gateway';

export const DOCUMENT_PATH = '/openapi.json';

/** The routes that the gateway answers itself. */
export function ownPaths({ openapi }: Pick<GatewaySettings, 'openapi'>): Route[] {
  if (openapi === undefined) return [];
  return [DOCUMENT_PATH, openapi.path].map((path) => ({ path, service: GATEWAY, stripPrefix: false }));
}

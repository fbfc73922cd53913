import type { ServedRoute } from '../policies/served-route.js';
import type { GatewaySettings } from '../settings/gateway-settings.js';
import type { MergeSource } from './merged-document.js';

/** The routes that the gateway answers itself. What is behind them is loaded where it is asked for: it costs nothing elsewhere. */
export async function ownRoutes(
  { openapi }: GatewaySettings,
  source: Pick<MergeSource, 'routes' | 'locate' | 'authorities'>,
): Promise<ServedRoute[]> {
  if (openapi === undefined) return [];
  const { openApiRoutes } = await import('./openapi-routes.js');
  return openApiRoutes({ ...source, settings: openapi, now: () => performance.now() });
}

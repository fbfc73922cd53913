import * as z from 'zod';
import { accessLog } from './access-log.js';
import { metrics } from './metrics.js';
import { openapi } from './openapi.js';
import { tls } from './tls.js';
import { upstreamCa } from './upstream-ca.js';
import { workers } from './workers.js';

/** What mscli.yaml says of the whole gateway, beside its port and its routes: the one source of its validation. */
export const gatewayKeys = {
  accessLog: accessLog.optional().describe('Which requests are logged; all of them by default.'),
  metrics: metrics.optional().describe('Metrics for Prometheus, on a port of their own; off by default.'),
  openapi: openapi
    .optional()
    .describe('One OpenAPI document of all services, and a page that shows it; off by default.'),
  tls: tls.optional().describe('HTTPS in place of HTTP; HTTP/2 comes with it.'),
  workers: workers.optional().describe('How many processes share the port; auto is one for each core. Default 1.'),
  upstreamCa: upstreamCa
    .optional()
    .describe('PEM file with further authorities that may vouch for services with https URLs.'),
};

const settingsShape = z.object(gatewayKeys);

export type GatewaySettings = z.output<typeof settingsShape>;

/** Reads what {@link settingsText} has written; throws where it cannot. */
export function parseSettings(text: string): GatewaySettings {
  return settingsShape.parse(JSON.parse(text));
}

/** The settings as the environment of the gateway's process carries them. */
export function settingsText(settings: GatewaySettings): string {
  return JSON.stringify(settings);
}

import { emptyDiscovery } from '@mscli/runtime/discovery';
import { describe, expect, it } from 'vitest';
import { describeEntry } from '../../src/gateway/describe-entry.js';
import { describeMatch, describeRoutes } from '../../src/gateway/describe-routes.js';
import { explainRoute, listRoutes } from '../../src/gateway/explain-routes.js';
import { ownPaths } from '../../src/gateway/openapi/own-paths.js';
import { openapi } from '../../src/gateway/settings/openapi.js';
import { plain } from '../../src/text/style.js';

const routes = [
  { path: '/api', service: 'api-service', stripPrefix: true },
  { path: '/api/v2', service: 'new-service', stripPrefix: false },
  { path: '/.mscli/x', service: 'api-service', stripPrefix: false },
];

describe('routes', () => {
  it('are listed longest first, with what is wrong', () => {
    expect(describeRoutes(listRoutes(routes, emptyDiscovery()), plain)).toBe(
      'PATH     SERVICE      PREFIX    READY\n' +
        '/api/v2  new-service  kept      none\n' +
        '/api     api-service  stripped  none\n' +
        'warning The route /.mscli/x is left out: /.mscli belongs to the gateway.\n',
    );
    expect(describeRoutes(listRoutes([], emptyDiscovery()), plain)).toBe(
      'There are no routes: add them under gateway.routes in mscli.yaml.\n',
    );
  });

  it('that are the gateway’s own are told from the others', () => {
    const own = ownPaths({ openapi: openapi.parse({ path: '/help' }) });
    expect(describeRoutes(listRoutes([...routes.slice(0, 1), ...own], emptyDiscovery()), plain)).toBe(
      'PATH           SERVICE      PREFIX    READY\n' +
        '/openapi.json  gateway      kept      itself\n' +
        '/help          gateway      kept      itself\n' +
        '/api           api-service  stripped  none\n',
    );
    expect(describeMatch(explainRoute('/help/x', own, emptyDiscovery()), plain)).toBe(
      '/help/x takes the route /help, which the gateway answers itself\n',
    );
    expect(ownPaths({})).toEqual([]);
  });

  it('are explained for one path', () => {
    expect(describeMatch(explainRoute('/api/v20?a', routes, emptyDiscovery()), plain)).toBe(
      '/api/v20?a takes the route /api\n' +
        '  service  api-service\n' +
        '  sees     /v20?a\n' +
        '  ready    none: the gateway would answer 503\n' +
        '  breaker  gateway->api-service\n',
    );
  });

  it.each([
    ['/other', 'No route takes /other.'],
    ['/.mscli/health', '/.mscli/health is under /.mscli, which belongs to the gateway itself.'],
    ['/a/..', 'The gateway refuses /a/.. with 400: The path must not hold dot segments.'],
  ])('that do not exist are an error: %s', (path, message) => {
    expect(() => explainRoute(path, routes, emptyDiscovery())).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', message }),
    );
  });
});

describe('describeEntry', () => {
  const now = new Date(2026, 0, 2, 3, 4, 5);

  it('writes a request on one line', () => {
    const entry = { level: 'warn', msg: 'request', method: 'GET', path: '/a', status: 502, durationMs: 1.5 } as const;
    expect(
      describeEntry({ ...entry, upstreamInstance: 'a-1', reason: 'upstream-failed', cause: 'refused' }, now, plain),
    ).toBe('03:04:05  502  GET /a  1.5 ms  a-1  upstream-failed: refused');
  });

  it('writes a copy beside its request', () => {
    const entry = {
      level: 'warn',
      msg: 'mirrored',
      method: 'GET',
      path: '/a',
      durationMs: 1.5,
      reason: 'no-instance',
    } as const;
    expect(describeEntry(entry, now, plain)).toBe('03:04:05  ---  mirrored  GET /a  1.5 ms  no-instance');
  });

  it('writes a warning with its cause', () => {
    expect(describeEntry({ level: 'warn', msg: 'discovery', cause: 'locked' }, now, plain)).toBe(
      '03:04:05  warning  discovery: locked',
    );
  });
});

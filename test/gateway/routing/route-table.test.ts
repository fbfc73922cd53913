import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRouteTable } from '../../../src/gateway/routing/route-table.js';
import { routeKey } from '../../../src/gateway/routing/target.js';

const route = (path: string, service = `${path}-service`) => ({ path, service, stripPrefix: false });

describe('buildRouteTable', () => {
  it.each([
    ['/api', '/api'],
    ['/api/', '/api'],
    ['/api/x', '/api'],
    ['/api/v2', '/api/v2'],
    ['/api/v2/x/y/z', '/api/v2'],
    ['/api/v20', '/api'],
    ['/apix', '/'],
    ['/', '/'],
    ['/else', '/'],
  ])('sends %s to the longest prefix that ends on a segment', (path, expected) => {
    const table = buildRouteTable(['/', '/api', '/api/v2'].map((prefix) => route(prefix)));
    expect(table.match(routeKey(path))?.path).toBe(expected);
  });

  it('has no route for what none takes', () => {
    const table = buildRouteTable([route('/api')]);
    expect(table.match(routeKey('/apix'))).toBeUndefined();
    expect(table.match(routeKey('/'))).toBeUndefined();
    expect(buildRouteTable([]).match('/a')).toBeUndefined();
  });

  it('leaves faulty routes out and says why', () => {
    const faulty = ['/a/../b', 'a', '/.mscli', '/.mscli/health', '/x?y', 'http://h/x', '/a%2fb'];
    const table = buildRouteTable([...faulty, '/fine'].map((path) => route(path)));
    expect(table.routes.map(({ path }) => path)).toEqual(['/fine']);
    expect(table.faults).toHaveLength(faulty.length);
    for (const [i, path] of faulty.entries()) expect(table.faults[i]).toContain(path);
  });

  it('lets the first of two routes for the same path win', () => {
    const table = buildRouteTable([route('/a', 'first'), route('/%61/', 'second')]);
    expect(table.match('/a')?.service).toBe('first');
    expect(table.faults).toEqual(['The route /%61/ to second is left out: first has that path already.']);
  });

  it('agrees with a look at every route', () => {
    const path = fc.stringMatching(/^(\/[ab]{1,2}){0,4}$/).map((text) => text || '/');
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 8 }), path, (paths, asked) => {
        const key = routeKey(asked);
        const fitting = paths.filter((p) => `${key}/`.startsWith(`${routeKey(p)}/`));
        const longest = fitting.sort((a, b) => routeKey(b).length - routeKey(a).length)[0];
        expect(buildRouteTable(paths.map((p) => route(p))).match(key)?.path).toBe(longest);
      }),
    );
  });
});

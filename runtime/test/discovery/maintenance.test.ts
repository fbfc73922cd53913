import { expect, it } from 'vitest';
import { beginMaintenance, emptyDiscovery, endMaintenance } from '../../src/discovery/index.js';
import { parseDiscovery } from '../../src/discovery/parse-discovery.js';

it('puts notices up and takes them off, each alone', () => {
  const draft = emptyDiscovery();
  expect(endMaintenance(draft, '/a')).toBeUndefined();
  const notice = beginMaintenance(draft, '/a', { author: 'alice', message: 'soon', now: 0 });
  beginMaintenance(draft, '/b', { author: 'bob', now: 0 });
  expect(notice).toEqual({ author: 'alice', message: 'soon', at: '1970-01-01T00:00:00.000Z' });
  expect(endMaintenance(draft, '/a')).toEqual(notice);
  expect(draft.maintenance).toEqual({ '/b': { author: 'bob', at: '1970-01-01T00:00:00.000Z' } });
});

it('are read again, and one that makes no sense is left out', () => {
  const good = { author: 'alice', at: 'now' };
  const found = parseDiscovery(JSON.stringify({ maintenance: { '/a': good, '/b': 'yes' } }));
  expect(found).toMatchObject({
    discovery: { maintenance: { '/a': good } },
    faults: [expect.stringContaining("maintenance['/b'] is left out")],
  });
});

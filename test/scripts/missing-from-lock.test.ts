import { expect, it } from 'vitest';
import { missingFromLock } from '../../scripts/check/missing-from-lock.js';

it('names the optional packages that are not locked', () => {
  const optionalDependencies = { '@esbuild/linux-x64': '1.0.0', '@esbuild/darwin-arm64': '1.0.0' };
  const packages = {
    '': {},
    'node_modules/esbuild': { optionalDependencies },
    'node_modules/vite/node_modules/esbuild': { optionalDependencies },
    'node_modules/@esbuild/linux-x64': {},
    'node_modules/vite/node_modules/@esbuild/darwin-arm64': {},
    runtime: { optionalDependencies: { fsevents: '2' } },
  };
  expect(missingFromLock(packages)).toEqual(['esbuild: @esbuild/darwin-arm64', 'runtime: fsevents']);
  expect(missingFromLock({ ...packages, 'node_modules/fsevents': {} })).toEqual(['esbuild: @esbuild/darwin-arm64']);
});

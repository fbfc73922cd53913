import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const build = () => execa(process.execPath, ['scripts/build.js'], { cwd: root });

it('leaves everything in place when several build at once, and then finds nothing to do', async () => {
  await Promise.all([build(), build()]);
  // Somebody may be editing the sources while this runs.
  await expect.poll(async () => (await build()).stdout, { timeout: 12_000 }).toMatch(/cli: unchanged/);
  const tarballs = (await readdir(join(root, 'dist/vendor'))).filter((name) => name.endsWith('.tgz'));
  expect(tarballs).toEqual([expect.stringMatching(/^mscli-runtime-\d+\.\d+\.\d+-[0-9a-f]{10}\.tgz$/)]);
  for (const program of ['start', 'gateway', 'embedded-broker', 'supervisor']) {
    await access(join(root, 'dist', `${program}.js`));
  }
});

it('packs a runtime whose every export is in it', async () => {
  await build();
  const [tarball = ''] = (await readdir(join(root, 'dist/vendor'))).filter((name) => name.endsWith('.tgz'));
  const { stdout } = await execa('tar', ['-tzf', join(root, 'dist/vendor', tarball)]);
  const packed = new Set(stdout.split('\n'));
  const { exports } = JSON.parse(await readFile(join(root, 'runtime/package.json'), 'utf8'));
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target as Record<string, string>),
  );
  expect(targets.length).toBeGreaterThan(20);
  expect(targets.filter((target) => !packed.has(target.replace('./', 'package/')))).toEqual([]);
});

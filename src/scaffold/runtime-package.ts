import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { failure } from '../errors.js';
import { packageRoot } from '../package-root.js';
import type { RenderedFile } from './render-template.js';

/** The packed @mscli/runtime that comes with this mscli. */
export async function findRuntimeTarball(folder: string = join(packageRoot(), 'dist', 'vendor')): Promise<string> {
  const entries = await readdir(folder).catch(() => []);
  const tarball = entries
    .filter((name) => /^mscli-runtime-.*\.tgz$/.test(name))
    .sort()
    .at(-1);
  if (tarball !== undefined) return join(folder, tarball);
  throw failure('NOT_FOUND', `There is no packed @mscli/runtime in ${folder}.`, {
    hint: 'This mscli is a checkout that has not been built: run npm run build in it.',
  });
}

/** The tarball as a file of a new workspace: `vendor/mscli-runtime-<version>-<hash>.tgz`. */
export async function vendoredRuntime(tarball: string): Promise<RenderedFile> {
  return { path: `vendor/${basename(tarball)}`, content: await readFile(tarball) };
}

/**
 * How a package two folders below the workspace root refers to the runtime: as its contracts do, so that a workspace
 * keeps to one runtime whatever mscli adds to it.
 */
export async function runtimeSpec(root: string): Promise<string> {
  const path = join(root, 'contracts', 'package.json');
  const spec = await readFile(path, 'utf8').then(
    (text) => (JSON.parse(text) as { dependencies?: Record<string, string> }).dependencies?.['@mscli/runtime'],
    () => undefined,
  );
  if (spec === undefined) {
    throw failure('NOT_FOUND', `${path} does not say which @mscli/runtime this workspace uses.`, {
      hint: 'Give it a dependency on @mscli/runtime, as a new workspace has.',
    });
  }
  return spec.replace(/^file:\.\.\//, 'file:../../');
}

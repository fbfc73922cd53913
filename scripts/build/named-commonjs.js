import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

/**
 * Gives `await import('amqplib')` its named exports in the bundle, as Node itself does: esbuild hands out only `default`
 * where a CommonJS package is imported late.
 *
 * @type {import('esbuild').Plugin}
 */
export const namedCommonjs = {
  name: 'named-commonjs',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || pluginData === 'resolved') return undefined;
      const found = await build.resolve(path, { kind, importer, resolveDir, pluginData: 'resolved' });
      if (found.errors.length > 0 || found.external || !(await isCommonjs(found.path))) return found;
      return { path: found.path, namespace: 'named-commonjs' };
    });
    build.onLoad({ filter: /.*/, namespace: 'named-commonjs' }, ({ path }) => {
      const names = Object.keys(createRequire(path)(path)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
      const named = names.filter((name) => name !== 'default').join(', ');
      return {
        contents: `import all from ${JSON.stringify(path)};\nexport default all;\nexport const { ${named} } = all;`,
        resolveDir: dirname(path),
      };
    });
  },
};

/** @param {string} path */
async function isCommonjs(path) {
  if (extname(path) !== '.js') return extname(path) === '.cjs';
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (text !== undefined) return JSON.parse(text).type !== 'module';
  }
  return true;
}

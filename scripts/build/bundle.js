import { access, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { namedCommonjs } from './named-commonjs.js';
import { place } from './place.js';
import { slimOclif } from './slim-oclif.js';
import { filesOf, hashOf, readStamp, root, writeStamp } from './stamp.js';

const dist = join(root, 'dist');
const sources = ['src', 'runtime/src', 'amqp-broker/src', 'scripts/build', 'package.json', 'package-lock.json'];

/** Programs that are started as processes of their own, beside the commands. */
const programs = [
  ['start', 'src/start/main.ts'],
  ['gateway', 'src/gateway/main.ts'],
  ['embedded-broker', 'src/broker/embedded/main.ts'],
  ['supervisor', 'src/supervisor/main.ts'],
];

/**
 * Bundles the CLI: one entry for each command and each program, with shared chunks.
 *
 * @param {{ force: boolean, clean: boolean }} options
 */
export async function bundleCli({ force, clean }) {
  const hash = await hashOf(sources);
  const built = await exists(join(dist, 'start.js'));
  if (!force && !clean && built && (await readStamp('cli')) === hash) return 'cli: unchanged';

  const output = join(root, `.dist-${process.pid}`);
  try {
    const entryPoints = await entries();
    const { metafile } = await build({ ...settings, entryPoints, outdir: output });
    await place(output, dist, {
      owned: (path) => path.endsWith('.js'),
      lasts: (path) => !clean && path.startsWith('chunks'),
    });
    await writeStamp('cli', hash);
    return `cli: bundled ${entryPoints.length} entries, ${Object.keys(metafile.outputs).length} files`;
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}

/** @type {import('esbuild').BuildOptions & { metafile: true }} */
const settings = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  conditions: ['source'],
  // The same sources as ES modules: only what is used comes along. The package shows them to browsers alone.
  alias: { yaml: join(root, 'node_modules/yaml/browser/dist/index.js') },
  external: ['typescript', 'dockerode', 'esbuild', '@photostructure/sqlite'],
  chunkNames: 'chunks/[name]-[hash]',
  // CommonJS packages in an ESM bundle call require() for Node's own modules.
  banner: {
    js: "import { createRequire as $createRequire } from 'node:module'; const require = $createRequire(import.meta.url);",
  },
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  plugins: [slimOclif, namedCommonjs],
};

async function entries() {
  const commands = (await filesOf(join(root, 'src', 'commands')))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ in: file, out: relative(join(root, 'src'), file).replace(/\.ts$/, '') }));
  const present = [];
  for (const [out, path] of programs) {
    if (out && path && (await exists(join(root, path)))) present.push({ in: join(root, path), out });
  }
  return [...commands, ...present];
}

/** @param {string} path */
function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}

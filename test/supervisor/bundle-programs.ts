import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { packageRoot } from '../../src/package-root.js';
import { serviceFixture } from './temp-workspace.js';

export interface Programs extends AsyncDisposable {
  supervisor: string;
  entries: { gateway: string; embeddedBroker: string };
}

/** The supervisor and the embedded broker as programs, bundled from the sources: tests kill them for real. */
export async function bundlePrograms(): Promise<Programs> {
  const root = packageRoot();
  // Below node_modules' parent, so that packages are found from there.
  const folder = join(root, 'node_modules', '.mscli-test', randomUUID());
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: {
      supervisor: join(root, 'src/supervisor/main.ts'),
      broker: join(root, 'src/broker/embedded/main.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    conditions: ['source'],
    plugins: [
      {
        name: 'packages-stay-outside',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
            kind === 'entry-point' || path.startsWith('@mscli/') ? undefined : { path, external: true },
          );
        },
      },
    ],
  });
  return {
    supervisor: join(folder, 'supervisor.mjs'),
    entries: { gateway: serviceFixture, embeddedBroker: join(folder, 'broker.mjs') },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

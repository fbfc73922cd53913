import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseConfig, type Workspace } from '../../src/workspace/index.js';

export const serviceFixture = join(import.meta.dirname, 'fixtures/service.mjs');

/** A workspace on disk with the given mscli.yaml and files, removed at the end. */
export async function tempWorkspace(yaml: string, files: Record<string, string> = {}): Promise<TempWorkspace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'mscli-up-')));
  for (const [path, content] of Object.entries({ 'mscli.yaml': yaml, ...files })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  const config = parseConfig(yaml, { file: join(root, 'mscli.yaml'), env: {}, folderExists: () => true });
  const stateFolder = join(root, '.mscli');
  return {
    root,
    name: config.name,
    config,
    stateFolder,
    stateUrl: pathToFileURL(stateFolder).href,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export type TempWorkspace = Workspace & AsyncDisposable;

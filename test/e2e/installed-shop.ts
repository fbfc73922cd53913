import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { mscli } from './mscli.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** A shop workspace with its dependencies, to copy from: installing takes long. */
    installedShop: string;
  }
}

/** Makes one shop for all end-to-end tests. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-e2e-'));
  const { exitCode, stderr } = await mscli({ cwd: folder }).run('new', 'workspace', 'shop', '--sample', 'shop');
  if (exitCode !== 0) throw new Error(`The shop could not be made: ${stderr}`);
  project.provide('installedShop', join(folder, 'shop'));
  return () => rm(folder, { recursive: true, force: true });
}

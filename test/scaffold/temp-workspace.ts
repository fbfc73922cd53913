import { join } from 'node:path';
import { planWorkspace } from '../../src/scaffold/new-workspace.js';
import { writePlan } from '../../src/scaffold/write-plan.js';
import { tempFolder } from '../workspace/temp-folder.js';

/** A workspace "shop" as `mscli new workspace` makes it, with an empty tarball for a runtime. Removed at the end of its scope. */
export async function tempWorkspace(): Promise<{ root: string } & Disposable> {
  const folder = tempFolder({ 'mscli-runtime-1.2.3-abc.tgz': '' });
  const { plan } = await planWorkspace({
    cwd: folder.path,
    given: { name: 'shop' },
    answers: [],
    force: false,
    runtimeTarball: join(folder.path, 'mscli-runtime-1.2.3-abc.tgz'),
  });
  await writePlan(plan);
  return { root: plan.root, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

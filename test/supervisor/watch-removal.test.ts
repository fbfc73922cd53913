import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { recordPath } from '../../src/control/supervisor-record.js';
import { watchRemoval } from '../../src/supervisor/watch-removal.js';
import { eventually } from '../support/eventually.js';
import { tempWorkspace } from './temp-workspace.js';

it('tells once that mscli.yaml is gone for good, and bears it that it is gone for a moment', async () => {
  await using workspace = await tempWorkspace('name: shop\n');
  await mkdir(workspace.stateFolder);
  await writeFile(recordPath(workspace.stateFolder), '{}');
  const file = join(workspace.root, 'mscli.yaml');
  const removed: string[] = [];
  // So many looks that the file is surely back before the last.
  using _patient = watchRemoval(workspace, (path) => removed.push(path), { pauseMs: 10, looks: 500 });
  await rename(file, `${file}.away`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await rename(`${file}.away`, file);
  expect(removed).toEqual([]);
  using _strict = watchRemoval(workspace, (path) => removed.push(path), { pauseMs: 10, looks: 2 });
  await rename(file, `${file}.away`);
  await eventually(() => removed.length > 0);
  expect(removed).toEqual([file]);
});

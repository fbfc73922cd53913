import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { failure } from '../errors.js';
import type { RenderedFile } from './render-template.js';

/** What is to be written, before anything is. */
export interface Plan {
  /** Absolute path of the target folder. */
  root: string;
  /** In the order of their paths. */
  changes: Change[];
}

export interface Change extends RenderedFile {
  /** `overwrite` replaces a file of the user's, `edit` adds to one. */
  action: 'create' | 'overwrite' | 'edit';
  /** Of an edit: what the file must still hold when it is written. */
  before?: string;
}

/** A file to add to. */
export interface FileEdit extends RenderedFile {
  /** What it held when the edit was made; undefined: it was not there. */
  before: string | undefined;
}

export interface PlanInput {
  root: string;
  /** Files to create. One that is there with the same content stays out of the plan. */
  files: readonly RenderedFile[];
  edits?: readonly FileEdit[];
  /** Replace files that are in the way. */
  force: boolean;
}

/** Compares the files with what is on the disk; throws `EXISTS` with the name of every file in the way. */
export async function makePlan({ root, files, edits = [], force }: PlanInput): Promise<Plan> {
  const last = new Map(files.map((file) => [file.path, file]));
  const isInside = folderCheck(root);
  const created = await Promise.all(
    [...last.values()].map(async (file) => ({ file, found: await look(root, file, isInside(dirname(file.path))) })),
  );
  const blocked = created.filter(({ found }) => found === 'blocked').map(({ file }) => file.path);
  const inTheWay = created.filter(({ found }) => found === 'other').map(({ file }) => file.path);
  if (blocked.length > 0) {
    throw failure(
      'EXISTS',
      `${list(blocked)} cannot be written in ${root}: a folder, a file or a link is in the way.`,
      {
        hint: 'Move it away.',
      },
    );
  }
  if (inTheWay.length > 0 && !force) throw exists(root, inTheWay);

  const changes: Change[] = [
    ...created
      .filter(({ found }) => found !== 'same')
      .map(({ file, found }) => ({
        ...file,
        action: found === 'other' ? ('overwrite' as const) : ('create' as const),
      })),
    ...edits.map(({ before, ...file }) =>
      before === undefined ? { ...file, action: 'create' as const } : { ...file, before, action: 'edit' as const },
    ),
  ];
  return { root, changes: changes.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/** The refusal to replace files, which names them all. */
export function exists(root: string, paths: readonly string[]) {
  return failure('EXISTS', `${root} already holds ${list(paths)}.`, {
    hint: 'Choose another name, or replace what is there with --force.',
  });
}

function list(paths: readonly string[]): string {
  return paths.toSorted().join(', ');
}

type Found = 'nothing' | 'same' | 'other' | 'blocked';

async function look(root: string, { path, content }: RenderedFile, isInside: boolean): Promise<Found> {
  if (!isInside) return 'blocked';
  const stats = statOf(join(root, path));
  if (stats === undefined) return 'nothing';
  if (!stats.isFile()) return 'blocked';
  return Buffer.from(content).equals(await readFile(join(root, path))) ? 'same' : 'other';
}

/** Whether a folder, as far as it exists, is a folder in the target and not a file or a link out of it. Looks at each once. */
function folderCheck(root: string): (folder: string) => boolean {
  const realRoot = realPathOf(root);
  const known = new Map<string, boolean>([
    ['.', realRoot === undefined ? statOf(root) === undefined : isFolder(realRoot)],
  ]);
  const isInside = (folder: string): boolean => {
    const found = known.get(folder) ?? ask(folder);
    known.set(folder, found);
    return found;
  };
  const ask = (folder: string): boolean => {
    if (statOf(join(root, folder)) === undefined) return isInside(dirname(folder));
    const real = realPathOf(join(root, folder));
    return real?.startsWith(`${realRoot}${sep}`) === true && isFolder(real);
  };
  return isInside;
}

function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory() === true;
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

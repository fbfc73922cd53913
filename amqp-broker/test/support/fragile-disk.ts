import type { FileHandle } from 'node:fs/promises';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { type Files, REAL_FILES } from '../../src/store/files.js';
import type { Random } from '../fuzz/random.js';
import { FragileFile } from './fragile-file.js';

/** What a disk holds: the bytes of files by their paths; undefined for folders. */
export type Image = ReadonlyMap<string, Buffer | undefined>;

interface Folder {
  readonly entries: Map<string, Node>;
  readonly synced: Map<string, Node>;
  /** Changes of names since the folder was synced, oldest first; those of a rename stand together. */
  changes: (readonly [name: string, node: Node | undefined])[][];
}

type Node = FragileFile | Folder;

/**
 * A file system that knows what was synced. Everything happens on the real one, below a root; at the given operation its power
 * fails, and what it then holds is in `left`: what was synced, and a random part of the rest.
 */
export class FragileDisk implements Files {
  /** What the loss of power left. */
  left: Image | undefined;
  private readonly root: string;
  private readonly random: Random;
  private readonly top: Folder = folder();
  private operations: number;

  /** The power fails at so many operations from now. */
  constructor(root: string, random: Random, operations: number) {
    this.root = root;
    this.random = random;
    this.operations = operations;
  }

  get failed(): boolean {
    return this.left !== undefined;
  }

  /** Puts an image on the real disk; all of it counts as synced. */
  async load(image: Image): Promise<void> {
    for (const [path, bytes] of image) {
      const parent = this.folderOf(join(this.root, path));
      const node = bytes === undefined ? folder() : new FragileFile(bytes);
      parent.entries.set(basename(path), node);
      parent.synced.set(basename(path), node);
      if (bytes === undefined) await mkdir(join(this.root, path));
      else await writeFile(join(this.root, path), bytes);
    }
  }

  /** The power fails now, unless it has before. */
  fail(): void {
    if (this.left !== undefined) return;
    const left = new Map<string, Buffer | undefined>();
    this.collect(this.top, '', left);
    this.left = left;
  }

  async open(path: string, flags: string, mode?: number): Promise<FileHandle> {
    const handle = await REAL_FILES.open(path, flags, mode);
    this.step();
    const node = this.nodeAt(path);
    if (node !== undefined && !(node instanceof FragileFile)) return this.folderHandle(handle, node);
    const file = node ?? new FragileFile();
    if (node === undefined) this.change(path, [[basename(path), file]]);
    else if (flags.startsWith('w')) file.truncate(0);
    return this.fileHandle(handle, file);
  }

  async rename(from: string, to: string): Promise<void> {
    await REAL_FILES.rename(from, to);
    this.step();
    this.change(to, [
      [basename(from), undefined],
      [basename(to), this.nodeAt(from)],
    ]);
  }

  async remove(path: string): Promise<void> {
    await REAL_FILES.remove(path);
    this.step();
    if (this.nodeAt(path) !== undefined) this.change(path, [[basename(path), undefined]]);
  }

  async makeFolder(path: string): Promise<string | undefined> {
    const topmost = await REAL_FILES.makeFolder(path);
    this.step();
    let at = this.root;
    for (const name of relative(this.root, path).split('/').filter(Boolean)) {
      at = join(at, name);
      if (this.nodeAt(at) === undefined) this.change(at, [[name, folder()]]);
    }
    return topmost;
  }

  private step(): void {
    this.operations -= 1;
    if (this.operations <= 0) this.fail();
  }

  private fileHandle(handle: FileHandle, file: FragileFile): FileHandle {
    let end = 0;
    return handleWith(handle, {
      write: async (bytes: Buffer, offset = 0, length = bytes.length, position: number | null = null) => {
        this.step();
        file.write(bytes.subarray(offset, offset + length), position ?? end);
        end = (position ?? end) + length;
        return handle.write(bytes, offset, length, position);
      },
      truncate: async (size = 0) => {
        this.step();
        file.truncate(size);
        await handle.truncate(size);
      },
      sync: () => this.sync(file),
      datasync: () => this.sync(file),
    });
  }

  private async sync(file: FragileFile): Promise<void> {
    const { pending } = file;
    await new Promise((resolve) => setImmediate(resolve));
    this.step();
    file.sync(pending);
  }

  private folderHandle(handle: FileHandle, node: Folder): FileHandle {
    const sync = async () => {
      const { length } = node.changes;
      await new Promise((resolve) => setImmediate(resolve));
      this.step();
      for (const change of node.changes.splice(0, length)) apply(node.synced, change);
    };
    return handleWith(handle, { sync, datasync: sync });
  }

  private change(path: string, change: Folder['changes'][number]): void {
    const parent = this.folderOf(path);
    apply(parent.entries, change);
    parent.changes.push(change);
  }

  private nodeAt(path: string): Node | undefined {
    const names = relative(this.root, path).split('/').filter(Boolean);
    return names.reduce<Node | undefined>(
      (node, name) => (node === undefined || node instanceof FragileFile ? undefined : node.entries.get(name)),
      this.top,
    );
  }

  private folderOf(path: string): Folder {
    const node = this.nodeAt(dirname(path));
    if (node === undefined || node instanceof FragileFile) throw new Error(`no folder for ${path}`);
    return node;
  }

  private collect(from: Folder, path: string, left: Map<string, Buffer | undefined>): void {
    const entries = new Map(from.synced);
    // Names change in their order: a file system keeps a journal of them.
    for (const change of from.changes.slice(0, this.random.below(from.changes.length + 1))) apply(entries, change);
    for (const [name, node] of entries) {
      const at = path === '' ? name : `${path}/${name}`;
      left.set(at, node instanceof FragileFile ? node.afterLoss(this.random) : undefined);
      if (!(node instanceof FragileFile)) this.collect(node, at, left);
    }
  }
}

function folder(): Folder {
  return { entries: new Map(), synced: new Map(), changes: [] };
}

function apply(entries: Map<string, Node>, change: Folder['changes'][number]): void {
  for (const [name, node] of change) {
    if (node === undefined) entries.delete(name);
    else entries.set(name, node);
  }
}

function handleWith(handle: FileHandle, replaced: object): FileHandle {
  return new Proxy(handle, {
    get(target, name) {
      const value: unknown = Reflect.get(replaced, name) ?? Reflect.get(target, name);
      return typeof value === 'function' && !(name in replaced) ? value.bind(target) : value;
    },
  });
}

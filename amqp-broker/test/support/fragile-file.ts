import type { Random } from '../fuzz/random.js';

const SECTOR = 512;

type Change = { kind: 'write'; position: number; bytes: Buffer } | { kind: 'truncate'; size: number };

/** What a file holds for its readers, and what of it a loss of power leaves. */
export class FragileFile {
  private synced: Buffer;
  private changes: Change[] = [];

  constructor(synced: Buffer = Buffer.alloc(0)) {
    this.synced = synced;
  }

  write(bytes: Buffer, position: number): void {
    this.changes.push({ kind: 'write', position, bytes: Buffer.from(bytes) });
  }

  truncate(size: number): void {
    this.changes.push({ kind: 'truncate', size });
  }

  /** How far a sync that begins now will reach. */
  get pending(): number {
    return this.changes.length;
  }

  /** So many of the changes are safe. */
  sync(count: number): void {
    this.synced = applied(this.synced, this.changes.slice(0, count));
    this.changes = this.changes.slice(count);
  }

  /** What was synced stays; of what was changed since, all, nothing, a beginning, some sectors, or only the length. */
  afterLoss(random: Random): Buffer {
    const live = applied(this.synced, this.changes);
    if (this.changes.length === 0) return live;
    switch (random.below(6)) {
      case 0:
        return this.synced;
      case 1:
        return live;
      case 2:
        return applied(this.synced, this.changes.slice(0, random.below(this.changes.length + 1)));
      case 3:
        return this.cutWrite(random);
      case 4:
        return this.bySector(live, () => false);
      default:
        return this.bySector(live, () => random.below(3) > 0);
    }
  }

  /** The changes in their order, up to a byte in the middle of one. */
  private cutWrite(random: Random): Buffer {
    const count = random.below(this.changes.length);
    const last = this.changes[count] as Change;
    const whole = this.changes.slice(0, count);
    if (last.kind === 'truncate') return applied(this.synced, whole);
    return applied(this.synced, [
      ...whole,
      { ...last, bytes: last.bytes.subarray(0, random.below(last.bytes.length)) },
    ]);
  }

  /** The new length, with each sector new or as it was; where there was none it is zeroes. */
  private bySector(live: Buffer, isNew: () => boolean): Buffer {
    const left = Buffer.alloc(live.length);
    this.synced.copy(left);
    for (let at = 0; at < live.length; at += SECTOR) if (isNew()) live.copy(left, at, at, at + SECTOR);
    return left;
  }
}

function applied(bytes: Buffer, changes: readonly Change[]): Buffer {
  return changes.reduce((file, change) => {
    const size =
      change.kind === 'truncate' ? change.size : Math.max(file.length, change.position + change.bytes.length);
    const next = Buffer.alloc(size);
    file.copy(next);
    if (change.kind === 'write') change.bytes.copy(next, change.position);
    return next;
  }, bytes);
}

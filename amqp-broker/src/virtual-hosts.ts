import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BrokerError } from './errors.js';
import type { BrokerLimits } from './limits.js';
import { DEFAULT_HOST } from './resource.js';
import type { Files } from './store/files.js';
import { syncFolder } from './store/folders.js';
import { type DiskStoreOptions, memoryStore, openStore, type Store } from './store/open-store.js';
import { Pager } from './store/pager.js';
import { Spill } from './store/spill.js';
import type { VirtualHost } from './virtual-host.js';

/** Longer names do not fit into a file name. */
const LONGEST_NAME = 190;

export interface VirtualHostsOptions extends Omit<DiskStoreOptions, 'name' | 'pager'> {
  limits: BrokerLimits;
  /** Where the hosts keep what is durable; undefined for hosts in memory. */
  folder: string | undefined;
  /** Names, as byte strings, of hosts that are to be there besides the default one. */
  names: readonly string[];
}

/** Whether a virtual host may have that name, a byte string. */
export function isHostName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_NAME;
}

/** The virtual hosts of a broker. Each has a journal of its own: the default one's in the data folder, the others' in folders below it. */
export class VirtualHosts {
  /** One for all of them: memory is the broker's. */
  readonly pager: Pager;
  private readonly spill: Spill;
  private readonly stores = new Map<string, Store>();
  private readonly options: VirtualHostsOptions;
  /** Creations and removals come one after the other. */
  private last: Promise<unknown> = Promise.resolve();

  private constructor(options: VirtualHostsOptions) {
    this.options = options;
    this.spill = new Spill(options.folder ?? tmpdir());
    this.pager = new Pager({ ...options.limits, spill: this.spill });
  }

  /** Opens the default host, those that the folder holds, and those that are asked for. */
  static async open(options: VirtualHostsOptions): Promise<VirtualHosts> {
    for (const name of options.names) requireHostName(name);
    const hosts = new VirtualHosts(options);
    try {
      await hosts.create(DEFAULT_HOST);
      for (const name of [...(await storedNames(options.folder)), ...options.names]) await hosts.create(name);
    } catch (error) {
      await hosts.close();
      throw error;
    }
    return hosts;
  }

  get(name: string): VirtualHost | undefined {
    return this.stores.get(name)?.host;
  }

  get all(): readonly VirtualHost[] {
    return [...this.stores.values()].map(({ host }) => host);
  }

  /** Bytes of all journals on disk. */
  get journalBytes(): number {
    return [...this.stores.values()].reduce((sum, { journal }) => sum + journal.size, 0);
  }

  /** Answers false when there is one of that name already. */
  create(name: string): Promise<boolean> {
    return this.inTurn(async () => {
      if (this.stores.has(name)) return false;
      this.stores.set(name, await this.openOne(name));
      return true;
    });
  }

  /** Removes a host with all that is in it; answers false when there is none of that name. Its connections must be closed by the caller. */
  remove(name: string): Promise<boolean> {
    return this.inTurn(async () => {
      const store = this.stores.get(name);
      if (store === undefined) return false;
      this.stores.delete(name);
      await end(store);
      for (const queue of store.host.queues.values()) queue.abandon();
      const { folder, files } = this.options;
      if (folder !== undefined) await removeFolder(files, folderOf(folder, name));
      return true;
    });
  }

  close(): Promise<void> {
    return this.inTurn(async () => {
      for (const store of this.stores.values()) await end(store);
      this.stores.clear();
      this.spill.close();
    });
  }

  private openOne(name: string): Promise<Store> | Store {
    const { folder, limits, names, ...options } = this.options;
    const { pager } = this;
    if (folder === undefined) return memoryStore({ name, pager, log: options.log });
    return openStore(folderOf(folder, name), { ...options, name, pager });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => {});
    return done;
  }
}

async function end(store: Store): Promise<void> {
  for (const queue of store.host.queues.values()) queue.close();
  await store.close();
}

function folderOf(folder: string, name: string): string {
  return name === DEFAULT_HOST ? folder : join(folder, 'vhosts', Buffer.from(name, 'latin1').toString('base64url'));
}

async function storedNames(folder: string | undefined): Promise<string[]> {
  if (folder === undefined) return [];
  const names = await readdir(join(folder, 'vhosts')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const known = names.map((name) => ({ name, bytes: Buffer.from(name, 'base64url') }));
  return known.flatMap(({ name, bytes }) => (bytes.toString('base64url') === name ? [bytes.toString('latin1')] : []));
}

/** Renamed first: a removal that is interrupted leaves nothing that looks like a virtual host. */
async function removeFolder(files: Files, folder: string): Promise<void> {
  const removed = `${folder}.removed`;
  await files.remove(removed);
  await files.rename(folder, removed);
  await syncFolder(files, dirname(folder));
  await files.remove(removed);
}

function requireHostName(name: string): void {
  if (isHostName(name)) return;
  throw new BrokerError('BROKER_VHOST', `"${name}" cannot be the name of a virtual host.`, {
    hint: `Names have 1 to ${LONGEST_NAME} bytes.`,
  });
}

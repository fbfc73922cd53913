import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { NO_FIELDS } from '../../src/codec/field.js';
import { limitsOf } from '../../src/limits.js';
import type { LogLine } from '../../src/log.js';
import { Message } from '../../src/message.js';
import { declareQueue } from '../../src/queue/declare.js';
import { removeQueue } from '../../src/queue/delete.js';
import type { VirtualHost } from '../../src/virtual-host.js';
import { VirtualHosts } from '../../src/virtual-hosts.js';
import { Random } from '../fuzz/random.js';
import { FragileDisk, type Image } from './fragile-disk.js';
import { QueueBook } from './queue-book.js';
import { temporaryFolder } from './temporary-folder.js';

const STEPS = 60;
const LIMITS = limitsOf({ residentBytes: 20_000 });

export interface LossReport {
  losses: number;
  confirmed: number;
  compactions: number;
  /** Restarts that found an unfinished write. */
  torn: number;
  faults: string[];
}

/** Lets the power of a broker's disk fail in random moments, several times on the same data, for each of the seeds. */
export async function losePower(seeds: Iterable<number>, lossesEach = 4): Promise<LossReport> {
  const report: LossReport = { losses: 0, confirmed: 0, compactions: 0, torn: 0, faults: [] };
  for (const seed of seeds) {
    const trial = new Trial(new Random(seed), report);
    for (let loss = 0; loss < lossesEach; loss += 1) {
      await trial.run(`seed ${seed}, loss ${loss}`);
    }
  }
  return report;
}

/** One data folder, and what its client knows of it. */
class Trial {
  private readonly random: Random;
  private readonly report: LossReport;
  private readonly books = new Map<string, QueueBook>();
  private image: Image = new Map();
  private lastId = 0;
  private lastQueue = 0;

  constructor(random: Random, report: LossReport) {
    this.random = random;
    this.report = report;
  }

  /** Restarts, compares, works until the power fails. */
  async run(name: string): Promise<void> {
    await using root = await temporaryFolder();
    const disk = new FragileDisk(root.path, this.random, 1 + this.random.below(120));
    await disk.load(this.image);
    const hosts = await VirtualHosts.open({
      folder: join(root.path, 'far/data'),
      names: ['other'],
      limits: LIMITS,
      log: (line) => this.logged(line),
      files: disk,
      compactFromBytes: 30_000,
    });
    for (const host of hosts.all) this.compare(host, name);
    for (let step = 0; step < STEPS && !disk.failed; step += 1) await this.step(disk, this.random.pick(hosts.all));
    disk.fail();
    this.image = disk.left as Image;
    this.report.losses += 1;
    await hosts.close();
  }

  private logged({ message }: LogLine): void {
    if (message === 'journal compacted') this.report.compactions += 1;
    if (message.startsWith('dropped an unfinished write')) this.report.torn += 1;
  }

  private compare(host: VirtualHost, name: string): void {
    const known = [...this.books].filter(([key]) => key.startsWith(`${host.name} `));
    for (const [key, book] of known) {
      const queue = host.queues.get(key.slice(host.name.length + 1));
      const held = queue?.ready.toArray().map(({ message }) => idIn(message));
      this.report.faults.push(...book.compare(held).map((fault) => `${name}, ${key}: ${fault}`));
      if (held === undefined) this.books.delete(key);
    }
    for (const queue of host.queues.values()) {
      if (!this.books.has(keyOf(host, queue.name)))
        this.report.faults.push(`${name}: ${queue.name} was never declared`);
    }
  }

  private async step(disk: FragileDisk, host: VirtualHost): Promise<void> {
    const { random } = this;
    const work = random.below(20);
    if (host.queues.size === 0 || work === 0) this.declare(disk, host);
    else if (work === 1) this.remove(disk, host);
    else if (work < 8) this.settle(disk, host);
    else for (let count = random.below(5); count >= 0; count -= 1) this.publish(disk, host);
    const pause = random.below(8);
    if (pause === 0) await host.journal.flush();
    else if (pause < 5) await turn();
  }

  private declare(disk: FragileDisk, host: VirtualHost): void {
    const name = `q${this.lastQueue++}`;
    const book = new QueueBook();
    this.books.set(keyOf(host, name), book);
    declareQueue(host, { name, durable: true, autoDelete: false, owner: undefined, arguments: NO_FIELDS }, false);
    this.whenSafe(disk, host, () => {
      if (book.state === 'declaring') book.state = 'there';
    });
  }

  private remove(disk: FragileDisk, host: VirtualHost): void {
    const queue = this.random.pick([...host.queues.values()]);
    const book = this.bookOf(host, queue.name);
    book.state = 'deleting';
    removeQueue(host, queue);
    this.whenSafe(disk, host, () => {
      book.state = 'gone';
    });
  }

  private publish(disk: FragileDisk, host: VirtualHost): void {
    const id = this.lastId++;
    const all = [...host.queues.values()];
    const queues = this.random.below(3) === 0 ? all.slice(0, 2) : [this.random.pick(all)];
    const books = queues.map(({ name }) => this.bookOf(host, name));
    for (const book of books) book.sent(id);
    host.deliver(queues, messageOf(id), true);
    const stored = (_: number, ok: boolean) => {
      if (!ok || disk.failed) return;
      this.report.confirmed += 1;
      for (const book of books) book.confirmed(id);
    };
    host.journal.wait({ stored }, id);
  }

  private settle(disk: FragileDisk, host: VirtualHost): void {
    const queue = this.random.pick([...host.queues.values()]);
    const book = this.bookOf(host, queue.name);
    for (let count = this.random.below(6); count > 0; count -= 1) {
      const entry = queue.take(false);
      if (entry === undefined) return;
      if (this.random.below(4) === 0) {
        queue.requeue([entry]);
        continue;
      }
      const id = idIn(entry.message);
      book.settling(id);
      queue.settle(entry);
      if (this.random.below(4) === 0) this.whenSafe(disk, host, () => book.settled(id));
    }
  }

  private whenSafe(disk: FragileDisk, host: VirtualHost, safe: () => void): void {
    void host.journal.flush().then(() => {
      if (!disk.failed) safe();
    });
  }

  private bookOf(host: VirtualHost, name: string): QueueBook {
    return this.books.get(keyOf(host, name)) as QueueBook;
  }
}

function keyOf(host: VirtualHost, name: string): string {
  return `${host.name} ${name}`;
}

/** A body that says from its first byte to its last which message it is; some of them long. */
function messageOf(id: number): Message {
  const body = Buffer.alloc((id * 7919) % (id % 10 === 0 ? 20_000 : 1_500), `${id},`);
  const content = Buffer.concat([Buffer.from([0, 0]), Buffer.from(`${id},`), body]);
  const named = { exchange: '', routingKey: 'key', persistent: true, priority: 0, expirationMs: undefined };
  return new Message({ ...named, content, bodyAt: 2 });
}

function idIn({ content }: Message): number {
  const id = Number.parseInt(content.toString('latin1', 2, 20), 10);
  if (!content.equals(messageOf(id).content)) throw new Error(`the body of ${id} is not whole`);
  return id;
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import {
  AmqpTransport,
  deadLetterQueueName,
  EventBus,
  eventTables,
  eventTablesScope,
  queueName,
  type Subscription,
} from '../../src/events/index.js';
import type { Service } from '../../src/host/service.js';
import { type Database, openDatabase } from '../../src/state/index.js';
import type { ReachableBroker } from './reach-broker.js';

/** A bus of one instance, as a service has it. */
export interface TestedBus {
  readonly bus: EventBus;
  readonly service: Service;
  readonly db: Database;
  /** The instance's log lines. */
  readonly logged: Record<string, unknown>[];
  /** Subscribes, and waits until the broker delivers. */
  subscribe(...subscriptions: Subscription[]): Promise<void>;
  stop(): Promise<void>;
}

/** Names that no other test uses, since a broker may be shared. */
export function unique(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** A state folder that is removed when the test ends. */
export async function stateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-events-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return pathToFileURL(folder).href;
}

/** Starts a bus with a database of its own, or on the state folder of another instance. */
export async function aBus(
  broker: ReachableBroker,
  { name = unique('mail'), instance = 1, stateUrl }: { name?: string; instance?: number; stateUrl?: string } = {},
): Promise<TestedBus> {
  const logged: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(JSON.parse(line)) });
  const db = await openDatabase({ stateUrl: stateUrl ?? (await stateFolder()), service: name });
  await db.migrate(eventTablesScope, eventTables);
  const instanceId = `${name}-${instance}`;
  const transport = new AmqpTransport({ url: () => broker.url, name: instanceId, log, retryDelayMs: 20 });
  const bus = new EventBus({ service: name, instanceId, transport, db, log, version: '1.2.3' });
  const service = {
    name,
    instanceId,
    log,
    db,
    events: bus,
    signal: new AbortController().signal,
  } as unknown as Service;
  const queues: string[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= bus[Symbol.asyncDispose]().then(() => db.close());
    return stopped;
  };
  onTestFinished(async () => {
    await stop();
    for (const queue of queues) {
      await broker.direct.deleteQueue(queue).catch(() => {});
      await broker.direct.deleteQueue(deadLetterQueueName(queue)).catch(() => {});
    }
  });
  return {
    bus,
    service,
    db,
    logged,
    stop,
    async subscribe(...subscriptions) {
      const consumers = subscriptions.map((subscription) => bus.subscribe(subscription, service));
      queues.push(...subscriptions.map((subscription) => queueName(name, subscription.name)));
      await Promise.all(consumers.map(({ started }) => started));
    },
  };
}

/** Waits until a condition holds; fails after ten seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what = String(condition)): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`It did not come to pass: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

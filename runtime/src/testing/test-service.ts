import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { discoveryPath, updateDiscovery } from '../discovery/index.js';
import { MscliError } from '../errors.js';
import { decodeEvent } from '../events/decode-event.js';
import type { EventContract } from '../events/define-event.js';
import { describeIssues } from '../events/describe-issues.js';
import { encodeEvent } from '../events/encode-event.js';
import type { Event, EventOptions } from '../events/event.js';
import type { ServiceDefinition } from '../host/define-service.js';
import type { Service } from '../host/service.js';
import { type RunningService, startService } from '../host/start-service.js';
import { childTraceparent } from '../telemetry/index.js';
import { type CallToReply, type FakeServices, fakeOrigin, type Replies, startFakeServices } from './fake-services.js';
import { type DeadLetter, MemoryTransport } from './memory-transport.js';

/** Options of {@link testService}. */
export interface TestServiceOptions {
  /** Answers of other services. A call to a service without one fails like a call to a service that does not run. */
  readonly replies?: Replies;
  /** Level of the service's log, which goes to stdout. Default `silent`. */
  readonly logLevel?: string;
}

/** A real service on a temporary state folder, with an in-memory event bus and no network. */
export interface TestedService extends AsyncDisposable {
  /** The running service: its db, sagas, events. */
  readonly service: Service;
  /** Sends a request through the real routes without a socket. */
  inject(request: InjectOptions | string): Promise<LightMyRequestResponse>;
  /** Every event published so far, oldest first; those of `tx` once they have left the outbox, see `settled`. */
  readonly published: readonly Event[];
  /** The data of the published events of one contract, typed. */
  publishedOf<Data, Input>(contract: EventContract<Data, Input>): readonly Data[];
  /** Every call made to other services, oldest first. */
  readonly calls: readonly CallToReply[];
  /** Events that a subscription gave up on. */
  readonly deadLetters: readonly DeadLetter[];
  /**
   * Delivers an event as if another service had published it, and waits until every handler is done with it, retries
   * and the events they published included.
   *
   * @throws {MscliError} `INVALID_EVENT` when the data breaks the contract
   * @throws {MscliError} `DEAD_LETTERED` when a handler gave up, with its error in the message
   */
  deliver<Data, Input>(contract: EventContract<Data, Input>, data: Input, options?: EventOptions): Promise<Event>;
  /** Waits until the outbox is empty and no handler is busy. */
  settled(): Promise<void>;
  /** Stops the service and removes its folder. */
  close(): Promise<void>;
}

/**
 * Starts a service for a test: real routes, handlers, sagas, database and HTTP client; no broker, no network, nothing
 * shared with other tests.
 *
 * @example
 * const app = await testService(service, { replies: { 'product-service': { body: { reserved: true } } } });
 * await app.deliver(paymentTaken, { orderId: '1', amount: 5 });
 * expect(app.publishedOf(orderPaid)).toEqual([{ orderId: '1' }]);
 * await app.close();
 */
export async function testService(
  definition: ServiceDefinition,
  { replies = {}, logLevel = 'silent' }: TestServiceOptions = {},
): Promise<TestedService> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-test-'));
  const stateUrl = pathToFileURL(folder).href;
  const transport = new MemoryTransport();
  const services = Object.keys(replies);
  const fakes = services.length > 0 ? await startFakeServices(replies, join(folder, 's')) : undefined;
  if (fakes) await registerFakes(stateUrl, services);
  const close = async (running?: RunningService) => {
    await running?.stop();
    await fakes?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const running = await startService(definition, {
      environment: {
        port: 0,
        host: '127.0.0.1',
        stateUrl,
        instanceId: `${definition.name}-test`,
        logLevel,
        stopDeadlineMs: 5000,
      },
      transport: () => transport,
      listen: false,
      ...(fakes && { connect: (origin: string) => fakes.connect(origin) }),
    });
    return tested(running, transport, fakes, () => close(running));
  } catch (error) {
    await close();
    throw error;
  }
}

function tested(
  running: RunningService,
  transport: MemoryTransport,
  fakes: FakeServices | undefined,
  close: () => Promise<void>,
): TestedService {
  const { service, app, events } = running;
  const settled = async () => {
    let seen: number;
    do {
      seen = transport.published.length;
      await transport.idle();
      await events.outboxFlushed();
    } while (transport.published.length !== seen);
    await transport.idle();
  };
  return {
    service,
    published: transport.published,
    deadLetters: transport.deadLetters,
    calls: fakes?.calls ?? [],
    settled,
    close,
    inject: (request) => app.inject(request),
    publishedOf: <Data, Input>({ type }: EventContract<Data, Input>) =>
      transport.published.filter((event) => event.type === type).map(({ data }) => data as Data),
    async deliver(contract, data, options = {}) {
      const parsed = contract.schema.safeParse(data);
      if (!parsed.success) {
        throw new MscliError(
          'INVALID_EVENT',
          `${contract.type} breaks its contract: ${describeIssues(parsed.error, data)}`,
        );
      }
      const before = transport.deadLetters.length;
      const { id = randomUUID(), ...rest } = options;
      const time = new Date().toISOString();
      const traceparent = childTraceparent();
      const message = encodeEvent({
        id,
        type: contract.type,
        source: 'test',
        time,
        traceparent,
        data: parsed.data,
        ...rest,
      });
      await transport.deliver(message);
      await settled();
      throwDeadLetters(transport.deadLetters.slice(before).filter((letter) => letter.event.id === id));
      return decodeEvent(message);
    },
    [Symbol.asyncDispose]: close,
  };
}

function throwDeadLetters(letters: readonly DeadLetter[]): void {
  if (letters.length === 0) return;
  const told = letters.map(({ queue, error, attempts }) => `${queue} gave up after ${attempts}: ${error}`).join('; ');
  throw new MscliError('DEAD_LETTERED', told, { hint: 'Look into deadLetters, or let the handler succeed.' });
}

async function registerFakes(stateUrl: string, services: readonly string[]): Promise<void> {
  const startedAt = new Date().toISOString();
  await updateDiscovery(discoveryPath(stateUrl), (draft) => {
    for (const service of services) {
      const id = `${service}-fake`;
      draft.instances[id] = {
        id,
        service,
        url: fakeOrigin(service),
        status: 'ready',
        startedAt,
        registeredBy: 'supervisor',
      };
    }
  });
}

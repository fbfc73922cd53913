import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { discoveryPath, readDiscovery } from '../../src/discovery/index.js';
import { unique, until } from '../events/a-bus.js';
import { reachBroker } from '../events/reach-broker.js';
import { stateFolder } from './a-service.js';
import { buildService, startProcess } from './service-process.js';

let script: string;

beforeAll(async () => {
  script = await buildService();
});

afterAll(() => rm(dirname(script), { recursive: true }));

const instances = async (stateUrl: string) => (await readDiscovery(discoveryPath(stateUrl))).instances;

describe('runService', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('stops gracefully on %s, and exits with 0', async (signal) => {
    const stateUrl = await stateFolder();
    const service = startProcess(script, { MSCLI_STATE_URL: stateUrl });
    await service.logged('listens on');
    const slow = fetch(`${service.url}/slow/300`);
    await service.logged('slow begins');
    service.process.kill(signal);
    const response = await slow;
    expect(response.status).toBe(200);
    expect(await service.ended).toBe(0);
    expect(service.lines.at(-1)).toMatchObject({ level: 'info', msg: 'stopped' });
    expect(await instances(stateUrl)).toEqual({});
  });

  test('ends at once on a second signal', async () => {
    const service = startProcess(script, { MSCLI_STATE_URL: await stateFolder() });
    await service.logged('listens on');
    fetch(`${service.url}/slow/60000`).catch(() => {});
    await service.logged('slow begins');
    service.process.kill('SIGTERM');
    await service.logged('stopping');
    service.process.kill('SIGTERM');
    expect(await service.ended).toBe(143);
  });

  test('takes the end of its parent for a signal', async () => {
    const env = { MSCLI_STATE_URL: await stateFolder() };
    const service = startProcess(script, env, { ipc: true });
    await service.logged('listens on');
    service.process.disconnect();
    expect(await service.ended).toBe(0);
    expect(service.lines.some(({ msg }) => msg === 'asked to stop by the end of the parent')).toBe(true);
  });

  test('exits with 1 at the deadline, and names what hung', async () => {
    const env = { MSCLI_STATE_URL: await stateFolder(), MSCLI_STOP_DEADLINE_MS: '300' };
    const service = startProcess(script, env);
    await service.logged('listens on');
    fetch(`${service.url}/slow/60000`).catch(() => {});
    await service.logged('slow begins');
    service.process.kill('SIGTERM');
    expect(await service.ended).toBe(1);
    expect(service.lines.at(-1)).toMatchObject({
      level: 'error',
      msg: expect.stringMatching(/^stopped at the deadline, cut off: GET \/slow\/60000/),
    });
  });

  test('says in one line that its port is taken, and exits with 1', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const env = { MSCLI_STATE_URL: await stateFolder(), PORT: String(port) };
    const service = startProcess(script, env);
    expect(await service.ended).toBe(1);
    other.close();
    expect(service.lines.filter(({ level }) => level === 'fatal')).toMatchObject([
      { code: 'PORT_TAKEN', msg: `cannot start: Port ${port} on 127.0.0.1 is taken by another process.` },
    ]);
  });

  test('says what is wrong with its environment, all at once', async () => {
    const service = startProcess(script, { PORT: 'http', LOG_LEVEL: 'loud' });
    expect(await service.ended).toBe(1);
    const [line] = service.lines;
    expect(line).toMatchObject({ level: 'fatal', code: 'INVALID_ENVIRONMENT' });
    for (const name of ['PORT', 'LOG_LEVEL', 'MSCLI_STATE_URL']) expect(line?.msg).toContain(name);
  });

  test('logs an error that nobody caught, and exits with 1', async () => {
    const service = startProcess(script, { MSCLI_STATE_URL: await stateFolder() });
    await service.logged('listens on');
    fetch(`${service.url}/crash`).catch(() => {});
    expect(await service.ended).toBe(1);
    expect(service.lines.at(-1)).toMatchObject({ level: 'fatal', err: { message: 'out of luck' } });
  });
});

describe('an event that kills the process', () => {
  test('is dead-lettered after three deaths, and takes no other event with it', async () => {
    const broker = await reachBroker();
    const name = unique('order');
    const queue = `${name}.${name}.placed`;
    onTestFinished(async () => {
      for (const left of [queue, `${queue}.dead`]) await broker.direct.deleteQueue(left);
    });
    const env = {
      MSCLI_STATE_URL: await stateFolder(),
      MSCLI_BROKER_URL: broker.url,
      MSCLI_SERVICE: name,
      MSCLI_INSTANCE_ID: `${name}-1`,
      EVENT: `${name}.placed`,
      SUBSCRIBE: 'yes',
    };
    const first = startProcess(script, env);
    await first.logged('listens on');
    await until(async () => (await fetch(`${first.url}/health/ready`)).ok);
    for (const id of ['a', 'b', 'deadly', 'c', 'd']) {
      broker.direct.publish('events', `${name}.placed`, Buffer.from(JSON.stringify({ id })), { messageId: id });
    }
    const runs = [first];
    for (let deaths = 1; deaths <= 4; deaths += 1) {
      expect(await runs.at(-1)?.ended).toBe('SIGKILL');
      runs.push(startProcess(script, env));
    }
    const last = runs.at(-1) ?? first;
    await last.logged('gave up');
    const seen = () =>
      new Set(runs.flatMap(({ lines }) => lines.filter(({ msg }) => msg === 'seen').map(({ id }) => id)));
    await until(() => seen().size === 4);
    expect(seen()).toEqual(new Set(['a', 'b', 'c', 'd']));
    const letter = await broker.direct.get(`${queue}.dead`, { noAck: true });
    expect(letter).toMatchObject({ properties: { headers: { 'x-error-code': 'DEADLY_EVENT' } } });
    expect(await broker.direct.get(`${queue}.dead`)).toBe(false);
    last.process.kill('SIGTERM');
    expect(await last.ended).toBe(0);
  }, 30_000);
});

describe('kill -9', () => {
  test('loses no event that was published in a committed transaction', async () => {
    const broker = await reachBroker();
    const name = unique('order');
    const env = {
      MSCLI_STATE_URL: await stateFolder(),
      MSCLI_BROKER_URL: broker.url,
      MSCLI_SERVICE: name,
      MSCLI_INSTANCE_ID: `${name}-1`,
      EVENT: `${name}.placed`,
    };
    const { queue } = await broker.direct.assertQueue('', { exclusive: true });
    await broker.direct.assertExchange('events', 'topic', { durable: true });
    await broker.direct.bindQueue(queue, 'events', `${name}.#`);
    const seen = new Set<string>();
    await broker.direct.consume(
      queue,
      (message) => {
        if (message) seen.add(JSON.parse(message.content.toString()).id);
      },
      { noAck: true },
    );

    await broker.close();
    const first = startProcess(script, env);
    await first.logged('listens on');
    const ids = Array.from({ length: 20 }, (_, n) => `order-${n}`);
    const place = async (url: string, id: string) => (await fetch(`${url}/orders/${id}`, { method: 'POST' })).status;
    const statuses = await Promise.all(ids.map((id) => place(first.url, id)));
    expect(new Set(statuses)).toEqual(new Set([201]));
    first.process.kill('SIGKILL');
    expect(await first.ended).toBe('SIGKILL');
    expect(seen.size).toBe(0);

    await broker.open();
    const second = startProcess(script, env);
    await second.logged('listens on');
    await until(() => seen.size === ids.length);
    second.process.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });
});

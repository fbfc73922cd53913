import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { amqpHandshake } from '../../src/broker/amqp-handshake.js';
import { brokerActivity } from '../../src/broker/broker-activity.js';
import { readBroker } from '../../src/broker/broker-file.js';
import { chooseBroker } from '../../src/broker/choose-broker.js';
import { rabbitImage } from '../../src/broker/docker/container-record.js';
import { findEngine } from '../../src/broker/docker/docker-engine.js';
import { ensureImage } from '../../src/broker/docker/ensure-image.js';
import { removeBroker } from '../../src/broker/docker/remove-broker.js';
import { startContainer } from '../../src/broker/docker/start-container.js';
import { writeRecord } from '../../src/control/supervisor-record.js';
import { down } from '../../src/supervisor/down.js';
import { recover } from '../../src/supervisor/recover.js';
import { type TempWorkspace, tempWorkspace } from '../supervisor/temp-workspace.js';
import { eventually } from '../support/eventually.js';
import { loopbackRegistry } from './loopback-registry.js';

const engine = await findEngine();
const missing = await whatIsMissing();

describe('RabbitMQ in Docker', { timeout: 120_000 }, () => {
  let workspace: TempWorkspace;
  const { signal } = new AbortController();
  const lines: string[] = [];
  const plan = async () => {
    const chosen = await chooseBroker({ workspace, flag: undefined, signal, onNote: () => {} });
    if (chosen.kind !== 'docker') throw new Error(`chose ${chosen.kind}: ${chosen.reason}`);
    return chosen;
  };
  const inspect = (name: string) => docker().getContainer(name).inspect();
  const ready = (url: string) =>
    eventually(
      () =>
        amqpHandshake(url, { signal: AbortSignal.timeout(3_000) }).then(
          () => true,
          () => false,
        ),
      90_000,
    );

  beforeEach((context) => {
    if (missing) context.skip(missing);
  });
  beforeAll(async () => {
    workspace = await tempWorkspace('name: rabbit\n');
    await mkdir(workspace.stateFolder);
  });
  afterAll(async () => {
    if (!missing) await removeBroker(docker(), workspace.root);
    await workspace[Symbol.asyncDispose]();
  });

  it('is chosen where an engine answers, starts with its own credentials on loopback ports, keeps data over a stop', async () => {
    const chosen = await plan();
    expect(chosen.reason).toContain('Docker');
    const first = await startContainer(chosen.container, (line) => lines.push(line), signal);
    await ready(chosen.url);
    await publish(chosen.url);
    const record = await readBroker(workspace.stateFolder);
    await eventually(async () => (await brokerActivity(record ?? chosen, { signal }))?.messages.waiting === 1, 60_000);

    const guest = new URL(chosen.url);
    [guest.username, guest.password] = ['guest', 'guest'];
    await expect(amqpHandshake(guest.href, { signal: AbortSignal.timeout(5_000) })).rejects.toThrow();
    const { NetworkSettings, Config } = await inspect(chosen.container.name);
    const hosts = Object.values(NetworkSettings.Ports).flatMap((bound) => (bound ?? []).map(({ HostIp }) => HostIp));
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
    expect(Config.Labels['mscli.root']).toBe(workspace.root);
    await first.stop(20_000);
    expect(await first.exited).toMatchObject({ kind: 'code' });

    const again = await plan();
    expect(again.url).toBe(chosen.url);
    const second = await startContainer(again.container, () => {}, signal);
    await ready(again.url);
    expect(await messageCount(again.url)).toBe(1);
    expect(lines.length).toBeGreaterThan(0);

    const notes: string[] = [];
    const killed = { pid: 2 ** 22 + 1, processStart: undefined };
    const socket = join(workspace.stateFolder, 'control.sock');
    const { name } = again.container;
    writeRecord(workspace.stateFolder, { version: 1, ...killed, startedAt: '', socket, groups: [], container: name });
    await recover(workspace, (text) => notes.push(text));
    expect(notes).toContain(`Stopped the container ${name}.`);
    expect((await inspect(name)).State.Running).toBe(false);
    expect(await second.exited).toMatchObject({ kind: 'code' });
  });

  it('makes its user from inside when the data is older than the credentials', async () => {
    const chosen = await plan();
    const container = { ...chosen.container, password: 'another-password' };
    await docker().getContainer(container.name).remove({ force: true });
    const running = await startContainer(container, () => {}, signal);
    await ready(`amqp://${container.user}:${container.password}@127.0.0.1:${container.amqpPort}`);
    await running.stop(20_000);
  });

  it('is removed with its volume by `down --volumes`, also when another broker was chosen since', async () => {
    const { container } = await plan();
    const embedded = await chooseBroker({ workspace, flag: 'embedded', signal, onNote: () => {} });
    expect(embedded.kind).toBe('embedded');
    const { removed } = await down({ cwd: workspace.root, volumes: true, signal, onNote: () => {} });
    expect(removed).toEqual([`container ${container.name}`, `volume ${container.volume}`, 'the choice of the broker']);
    await expect(inspect(container.name)).rejects.toMatchObject({ statusCode: 404 });
    await expect(docker().getVolume(container.volume).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  it('pulls an image that is not here, and tells how far it is', async () => {
    await using registry = await loopbackRegistry('mscli-pulled');
    const told: string[] = [];
    const onProgress = (text: string) => told.push(text);
    await ensureImage(docker(), registry.image, { signal, onProgress });
    try {
      expect(told[0]).toBe(`Pulling ${registry.image}`);
      expect(told[1]).toMatch(/: \d+ MB of 2 MB$/);
      await ensureImage(docker(), registry.image, { signal, onProgress: () => expect.unreachable('it is here') });
    } finally {
      await docker().getImage(registry.image).remove();
    }
  });

  it('says so when the image cannot be pulled', async () => {
    const pulling = ensureImage(docker(), 'mscli.invalid/no-such-image:1', { signal, onProgress: () => {} });
    await expect(pulling).rejects.toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
  });
});

function docker() {
  if (engine.kind === 'absent') throw new Error(engine.reason);
  return engine.docker;
}

async function whatIsMissing(): Promise<string | undefined> {
  if (engine.kind === 'absent') return engine.reason;
  const image = engine.docker.getImage(rabbitImage);
  return image.inspect().then(
    () => undefined,
    () => `the image ${rabbitImage} is not here`,
  );
}

async function publish(url: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue('kept', { durable: true });
  channel.sendToQueue('kept', Buffer.from('1'), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function messageCount(url: string): Promise<number> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue('kept');
  await connection.close();
  return messageCount;
}

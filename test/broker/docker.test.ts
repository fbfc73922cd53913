import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { connect } from 'amqplib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { amqpHandshake } from '../../src/broker/amqp-handshake.js';
import { chooseBroker } from '../../src/broker/choose-broker.js';
import { rabbitImage } from '../../src/broker/docker/container-record.js';
import { findEngine } from '../../src/broker/docker/docker-engine.js';
import { ensureImage } from '../../src/broker/docker/ensure-image.js';
import { startContainer } from '../../src/broker/docker/start-container.js';
import { removeContainer } from '../../src/broker/docker/stop-container.js';
import { eventually } from '../supervisor/temp-workspace.js';

const engine = await findEngine();
const missing = await whatIsMissing();

describe('RabbitMQ in Docker', { timeout: 120_000 }, () => {
  let stateFolder: string;
  const { signal } = new AbortController();
  const lines: string[] = [];
  const plan = async (flag?: string) => {
    const workspace = {
      name: basename(stateFolder).toLowerCase(),
      root: stateFolder,
      stateFolder,
      config: { broker: 'auto' },
    };
    const chosen = await chooseBroker({ workspace, flag, signal, onNote: () => {} });
    if (chosen.kind !== 'docker') throw new Error(`chose ${chosen.kind}: ${chosen.reason}`);
    return chosen;
  };
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
    stateFolder = await mkdtemp(join(tmpdir(), 'mscli-docker-'));
  });
  afterAll(async () => {
    if (!missing) {
      const { container } = await plan();
      await removeContainer(container.name, container.volume);
    }
    await rm(stateFolder, { recursive: true });
  });

  it('is chosen where an engine answers, starts with its own credentials on loopback ports, keeps data over a stop', async () => {
    const chosen = await plan();
    expect(chosen.reason).toContain('Docker');
    const first = await startContainer(chosen.container, (line) => lines.push(line), signal);
    await ready(chosen.url);
    await publish(chosen.url);

    const guest = new URL(chosen.url);
    [guest.username, guest.password] = ['guest', 'guest'];
    await expect(amqpHandshake(guest.href, { signal: AbortSignal.timeout(5_000) })).rejects.toThrow();
    if (engine.kind !== 'present') return;
    const { NetworkSettings, Config } = await engine.docker.getContainer(chosen.container.name).inspect();
    const hosts = Object.values(NetworkSettings.Ports).flatMap((bound) => (bound ?? []).map(({ HostIp }) => HostIp));
    expect(new Set(hosts)).toEqual(new Set(['127.0.0.1']));
    expect(Config.Labels['mscli.root']).toBe(stateFolder);
    await first.stop(20_000);
    expect(await first.exited).toMatchObject({ kind: 'code' });

    const again = await plan();
    expect(again.url).toBe(chosen.url);
    const second = await startContainer(again.container, () => {}, signal);
    await ready(again.url);
    expect(await messageCount(again.url)).toBe(1);
    await second.stop(20_000);
    expect(lines.length).toBeGreaterThan(0);
  });

  it('makes its user from inside when the data is older than the credentials', async () => {
    const chosen = await plan();
    const container = { ...chosen.container, password: 'another-password' };
    if (engine.kind !== 'present') return;
    await engine.docker.getContainer(container.name).remove({ force: true });
    const running = await startContainer(container, () => {}, signal);
    await ready(`amqp://${container.user}:${container.password}@127.0.0.1:${container.amqpPort}`);
    await running.stop(20_000);
  });

  it('says so when the image cannot be pulled', async () => {
    if (engine.kind !== 'present') return;
    const pulling = ensureImage(engine.docker, 'mscli.invalid/no-such-image:1', { signal, onProgress: () => {} });
    await expect(pulling).rejects.toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
  });
});

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

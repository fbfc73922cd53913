import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testBroker } from '@mscli/amqp-broker';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { brokerFile, readBroker, rememberBroker } from '../../src/broker/broker-file.js';
import { chooseBroker } from '../../src/broker/choose-broker.js';
import type { Engine } from '../../src/broker/docker/docker-engine.js';
import { freePort } from '../../src/ports/free-port.js';

let stateFolder: string;
let notes: string[];
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'mscli-broker-'));
  notes = [];
});
afterEach(() => rm(stateFolder, { recursive: true }));

const noDocker = async (): Promise<Engine> => ({ kind: 'absent', reason: 'no Docker engine was found' });

function choose(flag?: string, broker = 'auto', findPort = freePort) {
  return chooseBroker({
    workspace: { name: 'shop', root: stateFolder, stateFolder, config: { broker } },
    flag,
    signal: new AbortController().signal,
    onNote: (text) => notes.push(text),
    engine: noDocker,
    findPort,
  });
}

describe('chooseBroker', () => {
  it('takes the embedded broker where there is no Docker, says why, and remembers it for its owner alone', async () => {
    const plan = await choose();
    expect(plan).toMatchObject({ kind: 'embedded', reason: 'no Docker engine was found' });
    expect(await readBroker(stateFolder)).toMatchObject({ kind: 'embedded', url: plan.url, source: 'auto' });
    expect((await stat(brokerFile(stateFolder))).mode & 0o777).toBe(0o600);
  });

  it('keeps the port', async () => {
    const firstFree = async (preferred: number) => (preferred === 5672 ? 7001 : preferred);
    const first = await choose(undefined, 'auto', firstFree);
    expect(first.url).toContain(':7001');
    expect((await choose(undefined, 'auto', firstFree)).url).toBe(first.url);
  });

  it('moves to another port when its own is taken, and says so', async () => {
    await using holder = await testBroker();
    const url = `amqp://guest:guest@127.0.0.1:${holder.port}`;
    await rememberBroker(
      stateFolder,
      { kind: 'embedded', url, reason: '', port: holder.port, managementPort: 0, dataFolder: '' },
      'auto',
    );
    const plan = await choose();
    expect(plan.url).not.toBe(url);
    expect(notes.join()).toContain(`Port ${holder.port}`);
  });

  it('uses an external broker that answers, and goes on using it', async () => {
    await using broker = await testBroker();
    expect(await choose(broker.url)).toMatchObject({ kind: 'external', url: broker.url });
    expect(await choose()).toMatchObject({ kind: 'external', reason: 'chosen before in this workspace' });
  });

  it('never replaces an external broker that does not answer, and keeps its password to itself', async () => {
    const url = 'amqp://user:secret@127.0.0.1:1/';
    const error = await choose(url).catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'BROKER_UNAVAILABLE',
      message: expect.stringContaining('user:***@127.0.0.1:1'),
    });
    expect(JSON.stringify([error.message, error.hint])).not.toContain('secret');
    expect(await readBroker(stateFolder)).toBeUndefined();
  });

  it('refuses a wrong password like any other fault of an external broker', async () => {
    await using broker = await testBroker();
    const url = broker.url.replace(/\/\/[^@]*@|\/\//, '//guest:wrong@');
    await expect(choose(url)).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' });
  });

  it('does not switch silently from Docker: it says what to do', async () => {
    await remember('docker', 'auto');
    await expect(choose()).rejects.toMatchObject({
      code: 'BROKER_CHANGED',
      hint: expect.stringContaining('--broker embedded'),
    });
    expect(await choose('embedded')).toMatchObject({ kind: 'embedded' });
    expect(notes.join()).toContain('messages not yet delivered stay in the old one');
    expect(await choose()).toMatchObject({ kind: 'embedded' });
  });

  it('fails when Docker is asked for and there is none', async () => {
    await expect(choose('docker')).rejects.toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
    await expect(choose(undefined, 'docker')).rejects.toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
  });

  it('chooses anew when the choice was made in mscli.yaml and is no longer there', async () => {
    await using broker = await testBroker();
    await choose(undefined, broker.url);
    expect(await choose()).toMatchObject({ kind: 'embedded' });
  });

  it.each(['rabbit', 'http://localhost', 'amqp://'])('refuses %s as a broker', async (flag) => {
    await expect(choose(flag)).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('takes a broken broker.json for none', async () => {
    await writeFile(brokerFile(stateFolder), '{"kind":"docker"');
    expect(await choose()).toMatchObject({ kind: 'embedded' });
  });
});

function remember(kind: 'docker', source: 'auto') {
  const workspace = { name: 'shop', root: stateFolder };
  const container = {
    name: 'c',
    volume: 'v',
    image: 'i',
    workspace,
    user: 'u',
    password: 'p',
    amqpPort: 1,
    managementPort: 2,
  };
  return rememberBroker(stateFolder, { kind, url: 'amqp://u:p@127.0.0.1:1', reason: '', container }, source);
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { brokerUrl } from '../../src/host/broker-url.js';
import { readEnvironment } from '../../src/index.js';

async function workspace(): Promise<{ root: string; folder: string }> {
  const root = await mkdtemp(join(tmpdir(), 'mscli-env-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const folder = join(root, 'services/mail-service');
  await mkdir(folder, { recursive: true });
  await writeFile(join(root, 'mscli.yaml'), 'name: shop\n');
  await writeFile(join(folder, 'package.json'), '{"version":"1.2.3"}');
  return { root, folder };
}

test('started by hand, a service finds the workspace it stands in', async () => {
  const { root, folder } = await workspace();
  expect(readEnvironment('mail-service', { env: {}, cwd: folder, pid: 77 })).toEqual({
    port: 0,
    host: '127.0.0.1',
    brokerUrl: undefined,
    stateUrl: pathToFileURL(join(root, '.mscli')).href,
    instanceId: 'mail-service-77',
    logLevel: 'info',
    stopDeadlineMs: 10_000,
    version: '1.2.3',
  });
});

test('what the environment says comes first', async () => {
  const { folder } = await workspace();
  const env = {
    PORT: '3001',
    HOST: '0.0.0.0',
    MSCLI_BROKER_URL: 'amqp://b',
    MSCLI_STATE_URL: 'file:///s',
    MSCLI_INSTANCE_ID: 'mail-service-2',
    LOG_LEVEL: 'DEBUG',
    MSCLI_STOP_DEADLINE_MS: '500',
  };
  expect(readEnvironment('mail-service', { env, cwd: folder, pid: 77 })).toMatchObject({
    port: 3001,
    host: '0.0.0.0',
    brokerUrl: 'amqp://b',
    stateUrl: 'file:///s',
    instanceId: 'mail-service-2',
    logLevel: 'debug',
    stopDeadlineMs: 500,
  });
});

test.each(['70000', '-1', '3001x', '1e3'])('PORT=%s is refused', (PORT) => {
  const env = { PORT, MSCLI_STATE_URL: 'file:///s' };
  expect(() => readEnvironment('mail-service', { env, cwd: '/', pid: 1 })).toThrow(`PORT is "${PORT}"`);
});

test('the broker is the one that the workspace has chosen, asked anew each time', async () => {
  const { root, folder } = await workspace();
  const environment = readEnvironment('mail-service', { env: {}, cwd: folder, pid: 77 });
  await expect(brokerUrl(environment)).rejects.toMatchObject({ code: 'NO_BROKER' });
  await mkdir(fileURLToPath(environment.stateUrl));
  for (const url of ['amqp://a:1', 'amqp://a:2']) {
    await writeFile(join(root, '.mscli/broker.json'), JSON.stringify({ kind: 'embedded', url }));
    expect(await brokerUrl(environment)).toBe(url);
  }
});

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBroker, rememberBroker } from '../../src/broker/broker-file.js';
import type { Engine } from '../../src/broker/docker/docker-engine.js';
import { removeBrokerData } from '../../src/broker/remove-broker-data.js';
import { tempWorkspace } from '../supervisor/temp-workspace.js';

const noDocker = async (): Promise<Engine> => ({ kind: 'absent', reason: 'no Docker engine was found' });
const url = 'amqp://u:p@127.0.0.1:1';

it('removes the messages of the embedded broker also when another broker was chosen since', async () => {
  await using workspace = await tempWorkspace('name: shop\n', { '.mscli/broker/journal': 'messages' });
  const data = join(workspace.stateFolder, 'broker');
  await rememberBroker(workspace.stateFolder, { kind: 'external', url, reason: '' }, 'flag');
  expect(await removeBrokerData(workspace, noDocker)).toEqual([
    `the embedded broker's messages in ${data}`,
    'the choice of the broker',
  ]);
  expect(existsSync(data)).toBe(false);
  expect(await readBroker(workspace.stateFolder)).toBeUndefined();
});

it('fails when the present broker is in Docker and no engine answers, and then forgets nothing', async () => {
  await using workspace = await tempWorkspace('name: shop\n');
  await mkdir(workspace.stateFolder);
  const remembered = { kind: 'docker', url, reason: '', source: 'auto' };
  await writeFile(join(workspace.stateFolder, 'broker.json'), JSON.stringify(remembered));
  await expect(removeBrokerData(workspace, noDocker)).rejects.toMatchObject({ code: 'DOCKER_UNAVAILABLE' });
  expect(await readBroker(workspace.stateFolder)).toMatchObject({ kind: 'docker' });
});

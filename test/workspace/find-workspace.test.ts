// biome-ignore-all lint/suspicious/noTemplateCurlyInString: mscli.yaml writes its variables so
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { findWorkspace } from '../../src/workspace/index.js';
import { tempFolder } from './temp-folder.js';

test('finds the workspace from any folder in it, with every default filled in', async () => {
  using folder = tempFolder({
    'mscli.yaml': 'name: shop\nservices:\n  order-service: { path: services/order-service, port: 3001 }\n',
    'services/order-service/src/deep/file.ts': '',
  });
  const workspace = await findWorkspace(join(folder.path, 'services/order-service/src/deep'), {});
  expect(workspace).toEqual({
    root: folder.path,
    name: 'shop',
    stateFolder: join(folder.path, '.mscli'),
    stateUrl: pathToFileURL(join(folder.path, '.mscli')).href,
    config: {
      name: 'shop',
      broker: 'auto',
      gateway: { port: 8080, routes: [], settings: {} },
      services: {
        'order-service': {
          path: 'services/order-service',
          command: undefined,
          port: 3001,
          instances: 1,
          dependsOn: [],
          env: {},
          health: '/health/ready',
          watch: ['services/order-service/src', 'contracts'],
        },
      },
    },
  });
});

test('the nearest mscli.yaml wins', async () => {
  using folder = tempFolder({ 'mscli.yaml': 'name: outer\n', 'inner/mscli.yaml': 'name: inner\n' });
  mkdirSync(join(folder.path, 'inner/src'));
  expect((await findWorkspace(join(folder.path, 'inner/src'), {})).name).toBe('inner');
});

test('outside a workspace it names the folder it began in', async () => {
  using folder = tempFolder();
  await expect(findWorkspace(folder.path, {})).rejects.toMatchObject({
    code: 'NO_WORKSPACE',
    message: expect.stringContaining(folder.path),
    hint: expect.stringContaining('mscli new workspace'),
  });
});

test('a folder named mscli.yaml is not a workspace', async () => {
  using folder = tempFolder({ 'mscli.yaml/file': '' });
  await expect(findWorkspace(folder.path, {})).rejects.toMatchObject({ code: 'NO_WORKSPACE' });
});

test('variables come from .env, and before it from the environment', async () => {
  using folder = tempFolder({
    'mscli.yaml': [
      'name: ${NAME}',
      'broker: ${BROKER:-embedded}',
      'gateway: { port: "${GATEWAY_PORT}" }',
      'services:',
      '  py:',
      '    command: python3 app.py',
      '    port: ${PY_PORT:-4000}',
      '    env: { VERSION: 1.10, DEBUG: true, URL: "${URL:-}", LITERAL: "$${HOME}" }',
    ].join('\n'),
    '.env': 'NAME=from-file\nGATEWAY_PORT=9000\n',
  });
  const { config } = await findWorkspace(folder.path, { NAME: 'from-env' });
  expect(config).toMatchObject({ name: 'from-env', broker: 'embedded', gateway: { port: 9000 } });
  expect(config.services.py).toMatchObject({
    port: 4000,
    path: '.',
    watch: [],
    env: { VERSION: '1.10', DEBUG: 'true', URL: '', LITERAL: '${HOME}' },
  });
});

test('a fault names the file with its path', async () => {
  using folder = tempFolder({ 'mscli.yaml': 'nme: shop\n' });
  await expect(findWorkspace(folder.path, {})).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    file: join(folder.path, 'mscli.yaml'),
    message: expect.stringContaining(join(folder.path, 'mscli.yaml')),
  });
});

test('says which file it cannot read', async () => {
  using folder = tempFolder({ 'mscli.yaml': 'name: shop\n' });
  mkdirSync(join(folder.path, '.env'));
  await expect(findWorkspace(folder.path, {})).rejects.toMatchObject({
    code: 'INVALID_CONFIG',
    message: `${join(folder.path, '.env')} cannot be read.`,
  });
});

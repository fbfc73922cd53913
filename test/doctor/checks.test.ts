import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { testBroker } from '@mscli/amqp-broker';
import { discoveryPath, updateDiscovery } from '@mscli/runtime/discovery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveControl } from '../../src/control/server.js';
import { groupRecord, writeRecord } from '../../src/control/supervisor-record.js';
import { checkBroker } from '../../src/doctor/check-broker.js';
import { checkDiscovery } from '../../src/doctor/check-discovery.js';
import { checkDocker } from '../../src/doctor/check-docker.js';
import { checkGateway } from '../../src/doctor/check-gateway.js';
import { checkInstall } from '../../src/doctor/check-install.js';
import { checkNode } from '../../src/doctor/check-node.js';
import { checkPorts } from '../../src/doctor/check-ports.js';
import { checkSupervisor } from '../../src/doctor/check-supervisor.js';
import { findWorkspace } from '../../src/workspace/index.js';
import { makeWorkspace } from '../support/make-workspace.js';

const goneProcess = 2 ** 22 + 1;
const { signal } = new AbortController();
let workspace: Awaited<ReturnType<typeof makeWorkspace>>;

beforeEach(async () => {
  workspace = await makeWorkspace();
});

afterEach(() => workspace[Symbol.asyncDispose]());

it.each([
  ['20.19.0', 'ok'],
  ['24.1.0', 'ok'],
  ['20.18.9', 'fail'],
  ['18.20.0', 'fail'],
])('Node %s is %s', (version, status) => {
  expect(checkNode(version)).toMatchObject({ status });
});

describe('gateway', () => {
  const rewrite = async (change: (text: string) => string) => {
    const file = join(workspace.root, 'mscli.yaml');
    await writeFile(file, change(await readFile(file, 'utf8')));
  };

  it('is well where its routes can be served', async () => {
    expect(await checkGateway(workspace)).toEqual([
      { check: 'gateway', status: 'ok', message: 'one route can be served' },
    ]);
  });

  it('fails without its certificate, and warns of a route that chooses between nothing', async () => {
    await rewrite((text) =>
      text
        .replace('port: 8080', 'port: 8080\n  tls: { certificate: none.pem, key: none.key }')
        .replace('service: order-service', 'service: order-service\n      balance: round-robin'),
    );
    expect(await checkGateway(workspace)).toMatchObject([
      { status: 'fail', message: expect.stringContaining('none.pem, which is not there') },
      { status: 'warn', message: expect.stringContaining('balance has nothing to choose from') },
    ]);
  });
});

describe('install', () => {
  const write = (path: string) => writeFile(join(workspace.root, path), '{}');

  it('is not asked of a workspace without packages', async () => {
    expect(await checkInstall(workspace)).toEqual([]);
  });

  it('is missing, then done, then outdated', async () => {
    await write('package.json');
    expect(await checkInstall(workspace)).toMatchObject([
      { status: 'fail', hint: expect.stringContaining('npm install') },
    ]);
    await mkdir(join(workspace.root, 'node_modules'));
    await write('node_modules/.package-lock.json');
    expect(await checkInstall(workspace)).toMatchObject([{ status: 'ok' }]);
    await write('package-lock.json');
    await utimes(join(workspace.root, 'package-lock.json'), new Date(), new Date(Date.now() + 60_000));
    expect(await checkInstall(workspace)).toMatchObject([{ status: 'warn' }]);
  });
});

describe('discovery', () => {
  it('is sound where there is no file yet', async () => {
    expect(await checkDiscovery(workspace)).toMatchObject([{ status: 'ok' }]);
  });

  it('names instances whose process is gone', async () => {
    await register('order-service-1', 3001, goneProcess);
    expect(await checkDiscovery(workspace)).toMatchObject([
      { status: 'warn', message: expect.stringContaining('order-service-1') },
    ]);
  });

  it('says that a damaged file was moved aside', async () => {
    await writeFile(discoveryPath(workspace.stateUrl), 'nonsense');
    expect(await checkDiscovery(workspace)).toMatchObject([
      { status: 'warn', message: expect.stringContaining('discovery.json.corrupt-') },
    ]);
  });
});

describe('supervisor', () => {
  const record = (pid: number, group: number) =>
    writeRecord(workspace.stateFolder, {
      version: 1,
      pid,
      processStart: undefined,
      startedAt: new Date().toISOString(),
      socket: join(workspace.stateFolder, 'control.sock'),
      groups: [groupRecord('order-service-1', group)],
    });

  const asked = async (configFault?: string) => {
    record(process.pid, process.pid);
    const { root, stateFolder } = workspace;
    const fault = configFault === undefined ? {} : { configFault };
    await using _control = await serveControl(join(stateFolder, 'control.sock'), {
      status: () => ({ workspace: { name: 'shop', root }, gateway: { url: '' }, processes: [], ...fault }),
      restart: async () => {},
      stop: () => {},
      logs: async function* () {},
    });
    return await checkSupervisor(workspace, signal);
  };

  it('runs', async () => {
    expect(await asked()).toMatchObject([{ status: 'ok', message: expect.stringMatching(`process ${process.pid}$`) }]);
  });

  it('does not run what mscli.yaml says', async () => {
    expect(await asked('The key is not there.')).toMatchObject([
      { status: 'warn', message: expect.stringMatching('not what mscli.yaml says: The key is not there.$') },
    ]);
  });

  it('was killed and has left a process', async () => {
    record(goneProcess, process.pid);
    expect(await checkSupervisor(workspace, signal)).toMatchObject([
      { status: 'warn', message: expect.stringContaining(`order-service-1 (${process.pid})`) },
    ]);
  });
});

describe('broker', () => {
  const check = async (broker: string) =>
    checkBroker(
      { ...(await findWorkspace(workspace.root)), config: { ...(await findWorkspace(workspace.root)).config, broker } },
      signal,
    );

  it('answers', async () => {
    const broker = await testBroker();
    const [finding] = await check(broker.url);
    expect(finding).toMatchObject({ status: 'ok' });
    await broker.stop();
  });

  it('does not answer, and its password is not shown', async () => {
    const [finding] = await check('amqp://me:secret@127.0.0.1:1');
    expect(finding).toMatchObject({ status: 'fail', message: expect.stringContaining('127.0.0.1:1') });
    expect(finding?.message).not.toContain('secret');
  });

  it('need not run before `mscli up`', async () => {
    expect(await check('auto')).toMatchObject([{ status: 'ok', message: expect.stringContaining('mscli up') }]);
  });
});

describe('docker', () => {
  const absent = async () => ({ kind: 'absent', reason: 'no Docker engine was found at /nowhere' }) as const;

  it('is only missed where it is asked for', async () => {
    expect(await checkDocker('auto', absent)).toMatchObject([{ status: 'ok' }]);
    expect(await checkDocker('docker', absent)).toMatchObject([{ status: 'fail' }]);
  });
});

describe('ports', () => {
  it('names the process that holds one, unless it is an instance of this workspace', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const found = await findWorkspace(workspace.root);
    const config = { ...found.config, gateway: { port, routes: [], settings: {} }, services: {} };
    expect(await checkPorts({ ...found, config })).toMatchObject([
      {
        status: 'fail',
        message: expect.stringContaining(`${port}, which gateway needs, is held by process ${process.pid}`),
      },
    ]);
    const metrics = { port: 1, routes: [], settings: { metrics: { port } } };
    expect(await checkPorts({ ...found, config: { ...config, gateway: metrics } })).toMatchObject([
      { status: 'fail', message: expect.stringContaining(`${port}, which the gateway's metrics needs`) },
    ]);
    await register('gateway-1', port, process.pid);
    expect(await checkPorts({ ...found, config })).toMatchObject([{ status: 'ok' }]);
    await register('gateway-1', 1, process.pid);
    expect(await checkPorts({ ...found, config: { ...config, gateway: metrics } })).toMatchObject([{ status: 'ok' }]);
    server.close();
  });
});

async function register(id: string, port: number, pid: number): Promise<void> {
  await updateDiscovery(discoveryPath(workspace.stateUrl), (draft) => {
    draft.instances[id] = {
      id,
      service: id.replace(/-\d+$/, ''),
      url: `http://127.0.0.1:${port}`,
      pid,
      status: 'ready',
      startedAt: new Date().toISOString(),
      registeredBy: 'self',
    };
  });
}

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { planProcesses } from '../../src/supervisor/plan-processes.js';
import { tempWorkspace } from './temp-workspace.js';

const broker = { kind: 'external', url: 'amqps://u:p@rabbit.example/v', reason: '' } as const;

it('makes a record of every process, with the documented environment', async () => {
  await using workspace = await tempWorkspace(`
name: shop
gateway: { port: 9000, accessLog: { sample: 0.1 } }
services:
  order-service: { path: services/order-service, port: 3001, instances: 2, dependsOn: [mailer], env: { LOG_LEVEL: debug, PORT: '1' } }
  mailer: { path: tools, command: python3 mail.py, port: 4000, health: /up, watch: [mail.py] }
`);
  const records = planProcesses(workspace, broker, { env: { PATH: '/bin', HOST: '0.0.0.0' } });
  expect(records.map(({ name, port }) => [name, port])).toEqual([
    ['broker', 5671],
    ['gateway', 9000],
    ['order-service-1', 3001],
    ['order-service-2', 3002],
    ['mailer', 4000],
  ]);
  expect(JSON.parse(records[1]?.env.MSCLI_GATEWAY_SETTINGS ?? '')).toMatchObject({ accessLog: { sample: 0.1 } });
  const folder = join(workspace.root, 'services/order-service');
  expect(records[3]).toMatchObject({
    instanceId: 'order-service-2',
    run: { kind: 'node', entry: join(folder, 'dist/main.js') },
    cwd: folder,
    dependsOn: ['broker', 'mailer'],
    build: { service: 'order-service', entry: join(folder, 'src/main.ts') },
    health: { kind: 'http', url: 'http://127.0.0.1:3002/health/ready' },
    watch: [join(folder, 'src'), join(workspace.root, 'contracts')],
    env: {
      PATH: '/bin',
      LOG_LEVEL: 'debug',
      HOST: '127.0.0.1',
      PORT: '3002',
      MSCLI_BROKER_URL: broker.url,
      MSCLI_STATE_URL: workspace.stateUrl,
      MSCLI_SERVICE: 'order-service',
      MSCLI_INSTANCE_ID: 'order-service-2',
    },
  });
  expect(records[4]).toMatchObject({
    instanceId: 'mailer-1',
    run: { kind: 'shell', command: 'python3 mail.py' },
    cwd: join(workspace.root, 'tools'),
    build: undefined,
    health: { kind: 'http', url: 'http://127.0.0.1:4000/up' },
    watch: [join(workspace.root, 'tools/mail.py')],
  });
});

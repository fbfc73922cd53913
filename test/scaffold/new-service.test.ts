import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Answer } from '../../src/scaffold/answers.js';
import { type NewServiceOptions, planService } from '../../src/scaffold/new-service.js';
import { writePlan } from '../../src/scaffold/write-plan.js';
import { findWorkspace } from '../../src/workspace/index.js';
import { tempFolder } from '../workspace/temp-folder.js';
import { tempWorkspace } from './temp-workspace.js';

type Given = Record<string, Answer>;
const plan = (root: string, given: Given, options: Partial<NewServiceOptions> = {}) =>
  planService({ cwd: root, given, answers: [], force: false, ...options });

async function make(root: string, given: Given, options: Partial<NewServiceOptions> = {}) {
  const made = await plan(root, given, options);
  await writePlan(made.plan);
  return made;
}

const read = (root: string, path: string) => readFileSync(join(root, path), 'utf8');
const always = [
  'Dockerfile',
  'README.md',
  'package.json',
  'src/controllers/payment.ts',
  'src/main.ts',
  'src/models/payment.ts',
  'src/routes.ts',
  'src/service.ts',
  'test/payment.test.ts',
  'tsconfig.json',
];
const publishes = ['payment.taken', 'payment.cancelled'];
const subscribes = ['order.placed'];
const saga = ['take-payment', 'refund'];
const ofEvents = ['src/events/index.ts', 'src/events/order-placed.ts', 'test/events.test.ts'];
const ofSagas = ['src/sagas/index.ts', 'src/sagas/refund.ts', 'src/sagas/take-payment.ts', 'test/sagas.test.ts'];

test.each<[string, Given, string[], string[]]>([
  ['nothing', {}, [], []],
  ['publishes', { publishes }, [], publishes],
  ['subscribes', { subscribes }, ofEvents, subscribes],
  ['saga', { saga }, ofSagas, []],
  ['publishes and subscribes', { publishes, subscribes }, ofEvents, [...publishes, ...subscribes]],
  ['publishes and saga', { publishes, saga }, ofSagas, publishes],
  ['subscribes and saga', { subscribes, saga }, [...ofEvents, ...ofSagas], subscribes],
  ['all', { publishes, subscribes, saga }, [...ofEvents, ...ofSagas], [...publishes, ...subscribes]],
])('with %s the files are as asked for', async (_, given, files, events) => {
  using workspace = await tempWorkspace();
  const made = await plan(workspace.root, { name: 'payment', ...given });
  const created = made.plan.changes.filter(({ action }) => action === 'create').map(({ path }) => path);
  expect(created).toEqual(
    [
      ...[...always, ...files].map((file) => `services/payment-service/${file}`),
      ...events.map((type) => `contracts/${type}.ts`),
    ].sort(),
  );
  const edited = made.plan.changes
    .filter(({ action }) => action !== 'create')
    .map(({ path, action }) => [path, action]);
  expect(edited).toEqual([...(events.length > 0 ? [['contracts/index.ts', 'edit']] : []), ['mscli.yaml', 'edit']]);
});

test('no generated file holds a rest of the template, a trailing space, or a gap of two lines', async () => {
  using workspace = await tempWorkspace();
  for (const given of [{}, { publishes, subscribes, saga }]) {
    const made = await plan(workspace.root, { name: 'line-item', ...given });
    for (const { path, content } of made.plan.changes) {
      expect(String(content), path).not.toMatch(/<%|%>|[-/.'"]undefined|undefined[-/.]|\[object|[ \t]$|\n\n\n|\n\n$/m);
      for (const line of String(content).split('\n')) {
        if (path.endsWith('.ts')) expect(line.length, `${path}: ${line}`).toBeLessThanOrEqual(130);
      }
    }
  }
});

test('adds the service with its next free port and its route to mscli.yaml, from any folder', async () => {
  using workspace = await tempWorkspace();
  await make(workspace.root, { name: 'order' });
  await make(join(workspace.root, 'services/order-service/src'), {
    name: 'payment-service',
    route: '/pay',
    port: '4000',
  });
  await make(workspace.root, { name: 'category' });
  const { config } = await findWorkspace(workspace.root);
  expect(config.gateway.routes.map(({ path, service }) => [path, service])).toEqual([
    ['/orders', 'order-service'],
    ['/pay', 'payment-service'],
    ['/categories', 'category-service'],
  ]);
  expect(Object.entries(config.services).map(([name, { path, port }]) => [name, path, port])).toEqual([
    ['order-service', 'services/order-service', 3001],
    ['payment-service', 'services/payment-service', 4000],
    ['category-service', 'services/category-service', 3002],
  ]);
  expect(read(workspace.root, 'mscli.yaml')).toContain('# auto: RabbitMQ in Docker');
});

test('its package has the runtime of the workspace and its contracts', async () => {
  using workspace = await tempWorkspace();
  await make(workspace.root, { name: 'payment' });
  expect(JSON.parse(read(workspace.root, 'services/payment-service/package.json'))).toMatchObject({
    name: 'payment-service',
    dependencies: { '@mscli/runtime': 'file:../../vendor/mscli-runtime-1.2.3-abc.tgz', '@shop/contracts': '*' },
  });
});

test('a published runtime is referred to by its version', async () => {
  using workspace = await tempWorkspace();
  const path = join(workspace.root, 'contracts/package.json');
  writeFileSync(path, read(workspace.root, 'contracts/package.json').replace(/"file:[^"]+"/, '"^2.0.0"'));
  await make(workspace.root, { name: 'payment' });
  expect(read(workspace.root, 'services/payment-service/package.json')).toContain('"@mscli/runtime": "^2.0.0"');
});

test('contracts that are there are kept and reused; new ones join the index', async () => {
  using workspace = await tempWorkspace();
  writeFileSync(join(workspace.root, 'contracts/order.placed.ts'), 'export const orderPlaced = 1;\n');
  writeFileSync(join(workspace.root, 'contracts/index.ts'), "// all events\nexport * from './order.placed.js';\n");
  await make(workspace.root, { name: 'payment', subscribes: ['order.placed', 'order.shipped'] });
  expect(read(workspace.root, 'contracts/order.placed.ts')).toBe('export const orderPlaced = 1;\n');
  expect(read(workspace.root, 'contracts/index.ts')).toBe(
    "// all events\nexport * from './order.placed.js';\nexport * from './order.shipped.js';\n",
  );
  // Without an example of its data, a test can only say that the service subscribes.
  const tests = read(workspace.root, 'services/payment-service/test/events.test.ts');
  expect(tests).toContain('orderShippedExample');
  expect(tests).not.toContain('orderPlacedExample');
});

test('who publishes an event that has a contract already is told to fit the data to it', async () => {
  using workspace = await tempWorkspace();
  const first = await make(workspace.root, { name: 'payment', publishes: ['payment.taken'] });
  expect(first.next).toEqual(['mscli up', 'curl localhost:8080/payments']);
  const second = await plan(workspace.root, { name: 'refund', publishes: ['payment.taken', 'refund.made'] });
  expect(second.next[0]).toBe('fit what src/controllers/refund.ts publishes to the contract of payment.taken');
});

test('what comes next fits a workspace that runs, and a gateway that speaks HTTPS', async () => {
  using workspace = await tempWorkspace();
  const file = join(workspace.root, 'mscli.yaml');
  writeFileSync(
    file,
    `${read(workspace.root, 'mscli.yaml').replace(/^gateway:\n/m, '$&  tls: { certificate: a.pem, key: a.key }\n')}`,
  );
  expect((await plan(workspace.root, { name: 'stock' })).next).toEqual([
    'mscli up',
    'curl -k https://localhost:8080/stocks',
  ]);
  const next = (await plan(workspace.root, { name: 'stock' }, { isUp: () => true })).next;
  expect(next).toEqual(['curl -k https://localhost:8080/stocks']);
});

test('a workspace without an index of contracts gets one', async () => {
  using workspace = await tempWorkspace();
  rmSync(join(workspace.root, 'contracts/index.ts'));
  await make(workspace.root, { name: 'payment', publishes: ['payment.taken'] });
  expect(read(workspace.root, 'contracts/index.ts')).toBe("export * from './payment.taken.js';\n");
});

test('two services planned at the same time: the second writes nothing', async () => {
  using workspace = await tempWorkspace();
  const [first, second] = [await plan(workspace.root, { name: 'a' }), await plan(workspace.root, { name: 'b' })];
  await writePlan(first.plan);
  await expect(writePlan(second.plan)).rejects.toMatchObject({
    code: 'WRITE_FAILED',
    message: expect.stringContaining('mscli.yaml could not be written: somebody else has changed it'),
    hint: 'Nothing was left behind.',
  });
  expect(Object.keys((await findWorkspace(workspace.root)).config.services)).toEqual(['a-service']);
  expect(existsSync(join(workspace.root, 'services/b-service'))).toBe(false);
});

test('the same event published and subscribed gives one contract', async () => {
  using workspace = await tempWorkspace();
  await make(workspace.root, { name: 'payment', publishes: ['payment.taken'], subscribes: ['payment.taken'] });
  expect(read(workspace.root, 'contracts/index.ts')).toBe("export * from './payment.taken.js';\n");
});

test('nothing is overwritten: the files in the way are named', async () => {
  using workspace = await tempWorkspace();
  mkdirSync(join(workspace.root, 'services/payment-service'), { recursive: true });
  writeFileSync(join(workspace.root, 'services/payment-service/notes.txt'), 'mine');
  writeFileSync(join(workspace.root, 'services/payment-service/README.md'), 'mine');
  const before = read(workspace.root, 'mscli.yaml');
  await expect(plan(workspace.root, { name: 'payment' })).rejects.toMatchObject({
    code: 'EXISTS',
    message: expect.stringContaining('already holds README.md, notes.txt'),
  });
  expect(read(workspace.root, 'mscli.yaml')).toBe(before);

  const made = await make(workspace.root, { name: 'payment' }, { force: true });
  const replaced = made.plan.changes.filter(({ action }) => action === 'overwrite').map(({ path }) => path);
  expect(replaced).toEqual(['services/payment-service/README.md']);
  expect(read(workspace.root, 'services/payment-service/notes.txt')).toBe('mine');
});

test('a service that mscli.yaml has is refused; with force it keeps its port, route and other settings', async () => {
  using workspace = await tempWorkspace();
  await make(workspace.root, { name: 'payment', port: '4000', route: '/pay' });
  const text = read(workspace.root, 'mscli.yaml').replace('port: 4000', 'port: 4000 # mine\n    instances: 2');
  writeFileSync(join(workspace.root, 'mscli.yaml'), text);
  await expect(plan(workspace.root, { name: 'payment' })).rejects.toMatchObject({ code: 'EXISTS' });

  const made = await make(workspace.root, { name: 'payment', saga: ['take-payment'] }, { force: true });
  expect(made).toMatchObject({ port: 4000, route: '/pay' });
  expect(parse(read(workspace.root, 'mscli.yaml'))).toMatchObject({
    gateway: { routes: [{ path: '/pay', service: 'payment-service' }] },
    services: { 'payment-service': { port: 4000, instances: 2 } },
  });
});

test('a person learns at the question what is taken, not after the last one', async () => {
  using workspace = await tempWorkspace();
  await make(workspace.root, { name: 'payment' });
  const tries: Record<string, readonly string[]> = {
    name: ['', 'payment', 'other'],
    route: ['/payments', '/others'],
    port: ['3001', '3002'],
  };
  const told: string[] = [];
  const made = await plan(
    workspace.root,
    {},
    {
      ask: async ({ name }, proposal, check) => {
        const answers = tries[name] ?? [proposal ?? []];
        for (const answer of answers) {
          const fault = check(answer);
          if (fault === undefined) return answer;
          told.push(fault);
        }
        throw new Error(`no answer to ${name} was taken`);
      },
    },
  );
  expect(made).toMatchObject({ service: 'other-service', route: '/others', port: 3002 });
  expect(told).toEqual([
    'An answer is needed.',
    'mscli.yaml already has a service payment-service. Choose another name, or replace it with --force.',
    'The route /payments already goes to payment-service. Choose another, such as /others-2.',
    'Port 3001 already belongs to payment-service in mscli.yaml. Port 3002 is free.',
  ]);
});

test.each<[Given, string, string]>([
  [{ name: 'Order Service' }, 'INVALID_NAME', '"Order Service" cannot be a service'],
  [{ name: 'other', port: '3001' }, 'PORT_TAKEN', 'Port 3001 already belongs to payment-service'],
  [{ name: 'other', port: '8080' }, 'PORT_TAKEN', 'Port 8080 already belongs to the gateway'],
  [{ name: 'other', route: '/payments' }, 'EXISTS', 'The route /payments already goes to payment-service'],
  [{ name: 'other', publishes: ['Placed'] }, 'INVALID_NAME', '"Placed" cannot be an event'],
  [{ name: 'other', publishes: ['a.b-c', 'a.b.c'] }, 'INVALID_NAME', 'would both be aBC'],
  [{}, 'USAGE', '<name> is missing'],
])('refuses %j', async (given, code, message) => {
  using workspace = await tempWorkspace();
  await make(workspace.root, { name: 'payment' });
  await expect(plan(workspace.root, given)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('outside a workspace, and in a faulty one, nothing is planned', async () => {
  using folder = tempFolder();
  await expect(plan(folder.path, { name: 'a' })).rejects.toMatchObject({ code: 'NO_WORKSPACE' });
  writeFileSync(join(folder.path, 'mscli.yaml'), 'nme: a\n');
  await expect(plan(folder.path, { name: 'a' })).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
});

test('a template of the user has its own questions and files', async () => {
  using workspace = await tempWorkspace();
  using own = tempFolder({
    'template.yaml': [
      'name: worker',
      'description: A worker',
      'questions:',
      '  - { name: queue, type: text, message: Queue, pattern: "[a-z-]+" }',
      '  - { name: metrics, type: confirm, message: Metrics?, default: false }',
      'files:',
      '  - { path: metrics.txt, when: metrics }',
      'next: ["watch <%- queue %>"]',
    ].join('\n'),
    'src/main.ts.ejs': '// <%- name %> of <%- workspace %> on <%- port %> reads <%- queue %>\n',
    'metrics.txt': '',
  });
  const options = { template: own.path, answers: ['queue=jobs'] };
  const made = await make(workspace.root, { name: 'worker' }, options);
  expect(made.next).toEqual(['watch jobs']);
  expect(read(workspace.root, 'services/worker-service/src/main.ts')).toBe(
    '// worker-service of shop on 3001 reads jobs\n',
  );
  expect(existsSync(join(workspace.root, 'services/worker-service/metrics.txt'))).toBe(false);

  await expect(plan(workspace.root, { name: 'other' }, { template: own.path })).rejects.toMatchObject({
    code: 'USAGE',
    hint: 'Give --answer queue=...',
  });
  await expect(plan(workspace.root, { name: 'other', saga: ['a'] }, options)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('does not ask for "saga"'),
  });
});

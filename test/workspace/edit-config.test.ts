import { lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addService, editConfig, editConfigText } from '../../src/workspace/index.js';
import { tempFolder } from './temp-folder.js';

const payment = {
  name: 'payment-service',
  settings: { path: 'services/payment-service', port: 3003 },
  routes: [{ path: '/payments' }],
};

test('keeps comments, order and blank lines', () => {
  const text = `# the shop
name: shop # its name

gateway:
  port: 8080
  routes:
    # orders first
    - path: /orders
      service: order-service

services:
  # takes orders
  order-service:
    path: services/order-service # here
    port: 3001

# the end
`;
  expect(editConfigText(text, (document) => addService(document, payment))).toBe(`# the shop
name: shop # its name

gateway:
  port: 8080
  routes:
    # orders first
    - path: /orders
      service: order-service
    - path: /payments
      service: payment-service

services:
  # takes orders
  order-service:
    path: services/order-service # here
    port: 3001
  payment-service:
    path: services/payment-service
    port: 3003

# the end
`);
});

test('keeps the style of indentation, and turns an empty [] and {} into blocks', () => {
  const text = 'name: shop\ngateway:\n    port: 8080\n    routes: []\nservices: {}\n';
  expect(editConfigText(text, (document) => addService(document, payment))).toBe(`name: shop
gateway:
    port: 8080
    routes:
        - path: /payments
          service: payment-service
services:
    payment-service:
        path: services/payment-service
        port: 3003
`);
  const flat = 'name: shop\ngateway:\n  routes:\n  - path: /a\n    service: a\nservices:\n  a: {path: a, port: 3001}\n';
  expect(editConfigText(flat, (document) => addService(document, payment))).toContain(
    '  routes:\n  - path: /a\n    service: a\n  - path: /payments\n    service: payment-service\nservices:\n  a: {path: a, port: 3001}\n',
  );
});

test('leaves the spaces of every line that it does not touch', () => {
  const text = [
    'name:   shop          # aligned',
    'services:',
    '  a: {path: a, port: 3001}   # tight',
    '  b: { path: b, port: 3002 } # wide',
    '  c:',
    '    command:   "x"',
    '    port:      3004',
    '    dependsOn: [a,b]',
    '',
  ].join('\n');
  const settings = { ...payment.settings, dependsOn: ['a', 'b'], env: { A: 'b' } };
  expect(editConfigText(text, (document) => addService(document, { ...payment, settings, routes: [] }))).toBe(
    `${text}  payment-service:
    path: services/payment-service
    port: 3003
    dependsOn: [a, b]
    env:
      A: b
`,
  );
});

test('leaves other lines also where the formatter would join or split some', () => {
  const text = [
    'name: shop',
    'gateway:',
    '  openapi: { title: Shop }',
    '  routes:',
    '    - { path: /a, service: a,',
    '        cache: {} }',
    '',
    '',
    'services:',
    '  a: { command: a, port: 3001 }   # wide',
    '',
  ].join('\n');
  const lines = editConfigText(text, (document) => addService(document, payment)).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining(['  openapi: { title: Shop }', '  a: { command: a, port: 3001 }   # wide']),
  );
});

test('makes the sections that are missing', () => {
  expect(editConfigText('name: shop\n', (document) => addService(document, payment))).toBe(`name: shop
gateway:
  routes:
    - path: /payments
      service: payment-service
services:
  payment-service:
    path: services/payment-service
    port: 3003
`);
});

test('writes the edited file and returns what it says now', async () => {
  using folder = tempFolder({ 'mscli.yaml': 'name: shop # mine\n' });
  const config = await editConfig(folder.path, (document) => document.set('broker', 'embedded'), {});
  expect(config.broker).toBe('embedded');
  expect(readFileSync(join(folder.path, 'mscli.yaml'), 'utf8')).toBe('name: shop # mine\nbroker: embedded\n');
  expect(readdirSync(folder.path)).toEqual(['mscli.yaml']);
});

test('keeps Windows line ends', () => {
  const edited = editConfigText('name: shop\r\n# mine\r\nbroker: auto\r\n', (document) =>
    document.set('broker', 'docker'),
  );
  expect(edited).toBe('name: shop\r\n# mine\r\nbroker: docker\r\n');
});

test('a linked mscli.yaml stays a link', async () => {
  using folder = tempFolder({ 'real.yaml': 'name: shop\n' });
  symlinkSync('real.yaml', join(folder.path, 'mscli.yaml'));
  await editConfig(folder.path, (document) => document.set('broker', 'docker'), {});
  expect(lstatSync(join(folder.path, 'mscli.yaml')).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(folder.path, 'real.yaml'), 'utf8')).toBe('name: shop\nbroker: docker\n');
});

test('an edit that would leave a faulty file changes nothing', async () => {
  using folder = tempFolder({ 'mscli.yaml': 'name: shop\n' });
  const edit = editConfig(folder.path, (document) => document.set('broker', 'rabbit'), {});
  await expect(edit).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  expect(readFileSync(join(folder.path, 'mscli.yaml'), 'utf8')).toBe('name: shop\n');
  expect(readdirSync(folder.path)).toEqual(['mscli.yaml']);
});

test('a reader never sees half a file', async () => {
  using folder = tempFolder({ 'mscli.yaml': 'name: shop\n' });
  const file = join(folder.path, 'mscli.yaml');
  let done = false;
  const writing = (async () => {
    for (let round = 0; round < 30; round++) {
      await editConfig(folder.path, (document) => document.setIn(['gateway', 'port'], 8000 + round), {});
    }
    done = true;
  })();
  let reads = 0;
  while (!done) {
    expect(readFileSync(file, 'utf8')).toMatch(/^name: shop\n(?:gateway:\n {2}port: \d{4}\n)?$/);
    reads += 1;
    await new Promise(setImmediate);
  }
  await writing;
  expect(reads).toBeGreaterThan(1);
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: mscli.yaml writes its variables so
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { FaultyFileError, parseConfig } from '../../src/workspace/index.js';

const parse = (text: string, env: Record<string, string> = {}) =>
  parseConfig(text, { file: 'mscli.yaml', env, folderExists: (path) => !path.includes('missing') });

function faultsOf(text: string): string[] {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof FaultyFileError)) throw error;
    return error.faults.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
  }
  return [];
}

test('reports every fault at once, in the order of the lines', () => {
  const text = `name: Shop
brokr: auto
gateway:
  port: 3001
  routes:
    - { path: /orders, service: oder-service }
    - path: /orders/
      servce: x
services:
  order-service:
    path: missing/order-service
    port: \${PORT_OF_ORDERS}
    instances: two
    dependsOn: [product-service]
  product-service:
    command: python3 app.py
    port: 3001
    dependsOn: [order-service]
`;
  expect(faultsOf(text)).toEqual([
    '1:7 name must be lowercase letters, digits and dashes, at most 63, beginning with a letter, not "Shop"',
    '2:1 brokr is not a key of the file; did you mean "broker"?',
    '6:33 gateway.routes.0.service names the unknown service "oder-service"; did you mean "order-service"?',
    '7:7 gateway.routes.1.service is missing: it must be the name of a service',
    '7:13 gateway.routes.1.path "/orders/" already has a route: /orders, to oder-service',
    '8:7 gateway.routes.1.servce is not a key of a route; did you mean "service"?',
    '11:11 services.order-service.path "missing/order-service" is not a folder of this workspace',
    '12:11 services.order-service.port needs PORT_OF_ORDERS, which is set neither in the environment nor in .env; set it, or write ${PORT_OF_ORDERS:-default}',
    '13:16 services.order-service.instances must be a whole number from 1 to 100, not "two"',
    '14:5 services.order-service.dependsOn goes round in a circle: order-service -> product-service -> order-service',
    '17:11 services.product-service.port 3001 is taken by the gateway',
  ]);
});

const service = (lines: string) => `name: shop\nservices:\n  a:\n    ${lines.replaceAll('\n', '\n    ')}\n`;

test.each([
  ['an empty file', '', '1:1  must be a map with name, broker, gateway and services, not empty'],
  ['a list', '- a', '1:1  must be a map with name, broker, gateway and services'],
  ['no name', 'broker: auto', '1:1 name is missing: it must be a name such as shop'],
  ['a gateway without a value', 'name: a\ngateway:', '2:9 gateway must be a map with port and routes, not empty'],
  [
    'a misspelt broker',
    'name: a\nbroker: dokcer',
    '2:9 broker must be auto, docker, embedded or an amqp:// or amqps:// URL, not "dokcer"; did you mean "docker"?',
  ],
  ['a key that stands twice', 'name: a\nname: b', '2:1  "name" stands there twice'],
  [
    'neither path nor command',
    service('port: 3001'),
    '3:3 services.a needs a path (a service made by mscli) or a command (any other)',
  ],
  ['no port', service('command: x'), '3:3 services.a.port is missing: it must be a whole number from 1 to 65535'],
  [
    'a port that is too large',
    service('command: x\nport: 70000'),
    '5:11 services.a.port must be a whole number from 1 to 65535, not 70000',
  ],
  [
    'a port with a fraction',
    service('command: x\nport: 3001.5'),
    '5:11 services.a.port must be a whole number from 1 to 65535, not 3001.5',
  ],
  [
    'instances beyond the last port',
    service('command: x\nport: 65530\ninstances: 10'),
    '5:11 services.a.port 65530 with 10 instances goes beyond 65535',
  ],
  [
    'an unknown dependency',
    service('command: x\nport: 3001\ndependsOn: [b]'),
    '6:17 services.a.dependsOn.0 names the unknown service "b"',
  ],
  [
    'itself as a dependency',
    service('command: x\nport: 3001\ndependsOn: [a]'),
    '6:5 services.a.dependsOn goes round in a circle: a -> a',
  ],
  [
    'a path out of the workspace',
    service('path: ../x\nport: 3001'),
    '4:11 services.a.path must be a folder inside the workspace, relative to mscli.yaml, not "../x"',
  ],
  [
    'an absolute path',
    service('path: /x\nport: 3001'),
    '4:11 services.a.path must be a folder inside the workspace, relative to mscli.yaml, not "/x"',
  ],
  [
    'a health path without a slash',
    service('command: x\nport: 3001\nhealth: ok'),
    '6:13 services.a.health must be a path such as /orders, without query or spaces, not "ok"',
  ],
  [
    'a bad variable name',
    service('command: x\nport: 3001\nenv: { A-B: 1 }'),
    '6:12 services.a.env.A-B must be the name of an environment variable',
  ],
  [
    'a malformed reference',
    service('command: "${1X}"\nport: 3001'),
    '4:14 services.a.command has ${1X}, which is not of the form ${VAR} or ${VAR:-default}',
  ],
  [
    'an unclosed reference',
    service('command: "${X"\nport: 3001'),
    '4:14 services.a.command has ${X, which is not of the form ${VAR} or ${VAR:-default}',
  ],
  [
    'a service named like a part of mscli',
    'name: a\nservices:\n  gateway: { command: x, port: 3001 }',
    '3:3 services.gateway is the name of a part of mscli; choose another, such as one that ends in -service',
  ],
  [
    'a service that is no DNS label',
    'name: a\nservices:\n  A_b: { command: x, port: 3001 }',
    '3:3 services.A_b must be lowercase letters, digits and dashes, at most 63, beginning with a letter',
  ],
  [
    'dots in a route',
    'name: a\nservices: { a: { command: x, port: 3001 } }\ngateway: { routes: [{ path: /../x, service: a }] }',
    '3:29 gateway.routes.0.path must be a path without . or .. segments, not "/../x"',
  ],
])('refuses %s', (_, text, fault) => {
  expect(faultsOf(text)).toEqual([fault]);
});

test.each([
  ['/orders/*', '/orders'],
  ['/orders/**/', '/orders'],
  ['/*', '/'],
])('a route says that %s is needless', (path, meant) => {
  const text = `name: a\nservices: { a: { command: x, port: 3001 } }\ngateway: { routes: [{ path: ${path}, service: a }] }`;
  expect(faultsOf(text)).toEqual([`3:29 gateway.routes.0.path matches by prefix already: write ${meant}`]);
});

test('people read the number of an item as they count', () => {
  const service = 'services: { a: { command: x, port: 3001 } }';
  expect(() =>
    parse(`name: a\n${service}\ngateway: { routes: [{ path: /a, service: a }, { path: 5, service: a }] }`),
  ).toThrow('item 2 of gateway.routes: path must be a path such as /orders, not 5');
  expect(() =>
    parse(
      `name: a\n${service}\ngateway: { routes: [{ path: /a, service: a, compression: { encodings: [br, zip] } }] }`,
    ),
  ).toThrow('the route /a: item 2 of compression.encodings must be br or gzip, not "zip"');
});

test('overlapping ranges of instances are found, touching ones are not', () => {
  const config = (port: number) => `name: a
services:
  a: { command: x, port: 3001, instances: 3 }
  b: { command: x, port: ${port} }
`;
  expect(faultsOf(config(3003))).toEqual(['4:26 services.b.port 3003 is taken by a']);
  expect(faultsOf(config(3004))).toEqual([]);
});

test('no route lies where the document or its page is', () => {
  const config = (openapi: string, path: string) =>
    `name: a\ngateway:\n  openapi: ${openapi}\n  routes:\n    - { path: ${path}, service: b }\nservices: { b: { command: x, port: 3001 } }\n`;
  expect(faultsOf(config('{}', '/b'))).toEqual([]);
  expect(faultsOf(config('{}', '/'))).toEqual([]);
  expect(faultsOf(config('{}', '/docsy'))).toEqual([]);
  expect(faultsOf(config('{}', '/docs/b'))).toEqual([
    expect.stringContaining('"/docs/b" is where gateway.openapi has its page'),
  ]);
  expect(faultsOf(config('{ path: /api }', '/docs/b'))).toEqual([]);
  expect(faultsOf(config('{}', '/openapi.json'))).toEqual([expect.stringContaining('has its document')]);
  expect(faultsOf(config('{ path: /openapi.json }', '/b'))).toEqual([expect.stringContaining('choose another')]);
  expect(faultsOf(config('{ path: /.mscli/x }', '/b'))).toEqual([
    expect.stringContaining('must be a path such as /docs'),
  ]);
  expect(faultsOf(config('{ path: / }', '/b'))).toEqual([expect.stringContaining('must be a path such as /docs')]);
  expect(faultsOf(config('{ documents: { c: /x } }', '/b'))).toEqual([expect.stringContaining('unknown service "c"')]);
});

test("the gateway's metrics have a port of their own", () => {
  const config = (port: number | string) =>
    `name: a\ngateway: { port: 8000, metrics: { port: ${port} } }\nservices: { b: { command: x, port: 3001 } }\n`;
  expect(faultsOf(config(9464))).toEqual([]);
  expect(faultsOf(config(8000))).toEqual(['2:41 gateway.metrics.port 8000 is taken by the gateway']);
  expect(faultsOf(config(3001))).toEqual(["3:36 services.b.port 3001 is taken by the gateway's metrics"]);
  expect(faultsOf(config('high'))).toEqual(['2:41 gateway.metrics.port must be a port from 1 to 65535, not "high"']);
});

test.each([
  ['an unclosed bracket', 'name: [a'],
  ['bad indentation', 'name: a\n  broker: b\n c: d'],
  ['a tab', 'name: a\ngateway:\n\tport: 1'],
  ['an unknown alias', 'name: *nobody'],
])('gives the line of a syntax fault: %s', (_, text) => {
  const faults = faultsOf(text);
  expect(faults.length).toBeGreaterThan(0);
  for (const fault of faults) expect(fault).toMatch(/^\d+:\d+ /);
});

test('an alias that would fill the memory is refused', () => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const inner =
      level === 0
        ? '[x, x, x, x, x, x, x, x, x, x]'
        : `[${Array(10)
            .fill(`*a${level - 1}`)
            .join(', ')}]`;
    return `k${level}: &a${level} ${inner}`;
  });
  expect(() => parse(levels.join('\n'))).toThrow(FaultyFileError);
});

test('anchors and merged values are as good as written out', () => {
  const config = parse(
    'name: a\nservices:\n  a: &a { command: x, port: 3001, env: &env { A: "1" } }\n  b: { command: x, port: 3002, env: *env }\n',
  );
  expect(config.services.b?.env).toEqual({ A: '1' });
});

/** Whatever it holds: it is taken, or refused with its faults, each with a place. */
function takenOrRefused(text: string): void {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof FaultyFileError)) throw error;
    for (const { line, column } of error.faults) expect(line * column).toBeGreaterThan(0);
  }
}

test('any text, and any value under any key, is taken or refused with its faults', () => {
  const key = fc.constantFrom(
    'name',
    'broker',
    'gateway',
    'services',
    'routes',
    'path',
    'port',
    'dependsOn',
    'env',
    'a',
    '__proto__',
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('a', 'auto', '/a', '${A}', '', null, true, 3001, -1, 1.5, '__proto__'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => takenOrRefused(stringify(value))),
    { numRuns: 500 },
  );
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}&*!|>#"\'%@`\n\t ,?$0') }), takenOrRefused), {
    numRuns: 1000,
  });
});

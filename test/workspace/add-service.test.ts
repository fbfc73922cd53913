import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { addService, editConfigText, nextFreePort, parseConfig } from '../../src/workspace/index.js';

const text =
  'name: a\ngateway:\n  port: 3002\n  routes:\n    - { path: /a, service: a }\nservices:\n  a: { command: x, port: 3003, instances: 2, env: { A: b } }\n';
const read = (content: string) => parseConfig(content, { file: 'mscli.yaml', env: {}, folderExists: () => true });

test('the next free port is the lowest that neither the gateway nor an instance has', () => {
  expect(nextFreePort(read('name: a\n'))).toBe(3001);
  expect(nextFreePort(read(text))).toBe(3001);
  const full = editConfigText(text, (document) =>
    addService(document, { name: 'b', settings: { command: 'x', port: 3001 }, routes: [] }),
  );
  expect(nextFreePort(read(full))).toBe(3005);
});

test('adding a service again sets its keys and keeps its others', () => {
  const edited = editConfigText(text, (document) =>
    addService(document, {
      name: 'a',
      settings: { port: 4000 },
      routes: [{ path: '/a', stripPrefix: true }, { path: '/b' }],
    }),
  );
  expect(parse(edited)).toEqual({
    name: 'a',
    gateway: {
      port: 3002,
      routes: [
        { path: '/a', service: 'a', stripPrefix: true },
        { path: '/b', service: 'a' },
      ],
    },
    services: { a: { command: 'x', port: 4000, instances: 2, env: { A: 'b' } } },
  });
});

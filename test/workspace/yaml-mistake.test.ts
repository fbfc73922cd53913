import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FaultyFileError, readYaml } from '../../src/workspace/index.js';

const file = `# the shop
name: shop
broker: auto

gateway:
  port: 8080
  routes:
    - path: /orders
      service: order-service
services:
  order-service:
    path: services/order-service
    port: 3001
    dependsOn: [a, b]
    env: { LOG: "x" }
`;

it.each([
  ['a colon', '  port: 8080', '  port 8080', '6:3', '"port 8080" has no colon: did you mean "port: 8080"?'],
  ['a colon above a map', 'gateway:', 'gateway', '5:1', '"gateway" has no colon: did you mean "gateway:"?'],
  [
    'the space after a colon',
    '- path: /',
    '- path:/',
    '8:7',
    '"path:/orders" has no space after the colon: did you mean "path: /orders"?',
  ],
  [
    'the space after a dash',
    '- path',
    '-path',
    '8:5',
    '"-path: /orders" has no space after the dash: did you mean "- path: /orders"?',
  ],
  ['a bracket', '[a, b]', '[a, b', '14:16', 'the bracket [ is not closed'],
  ['a brace at the end', '"x" }', '"x"', '15:10', 'the bracket { is not closed'],
  [
    'a brace before another key',
    '  order-service:\n',
    '  order-service:\n    env: { A: b\n',
    '12:10',
    'the bracket { is not closed',
  ],
  ['a quote', '/orders', "'/orders", '8:13', "the quote ' is not closed"],
  ['a quote that a later one seems to close', 'name: shop', '"name: shop', '2:1', 'the quote " is not closed'],
])('points at what lacks %s', (_, written, wrong, place, message) => {
  expect(faultOf(file.replace(written, wrong))).toBe(`${place} ${message}`);
});

it.each([
  ['the first of two', '  port: 8080', '   port: 8080', '6:4', 3, 7, 2],
  ['the first of an item', '    - path', '   - path', '8:4', 5, 9, 6],
  ['one of an item', '      service:', '     service:', '9:6', 5, 8, 6],
  ['too little', '    port:', '   port:', '13:4', 3, 12, 4],
  ['too much', '    port:', '     port:', '13:6', 5, 12, 4],
  ['like its parent', '    port:', '  port:', '13:3', 2, 14, 4],
])('points at the line that is indented wrong: %s', (_, written, wrong, place, by, other, beside) => {
  const message = `this line is indented by ${by} spaces, but line ${other} by ${beside}`;
  expect(faultOf(file.replace(written, wrong))).toBe(`${place} ${message}`);
});

it.each([
  ['\tport: 8080', '  port: 8080', '6:1 this line is indented with a tab: use spaces'],
  ['name: shop: x', 'name: shop', '2:7 "shop: x" has a colon in it: put it in quotes'],
  ['name: @shop', 'name: shop', '2:7 "@shop" must be put in quotes'],
  ['[a, b]]', '[a, b]', '14:22 "]" cannot stand here'],
  ['name: shop\nname: x', 'name: shop', '3:1 "name" stands there twice'],
])('says what is wrong with %j', (wrong, written, told) => {
  expect(faultOf(file.replace(written, wrong))).toBe(told);
});

it('reads the lines of Windows', () => {
  const text = file.replace('  port: 8080', '  port 8080').replaceAll('\n', '\r\n');
  expect(faultOf(text)).toBe('6:3 "port 8080" has no colon: did you mean "port: 8080"?');
});

it('finds a place inside the file, whatever was cut out of it or put in', () => {
  const insert = fc.stringMatching(/^[\t\n :"'{}[\]#&*!|>%@,-]{0,4}$/);
  fc.assert(
    fc.property(fc.nat(file.length), fc.nat(6), insert, (at, length, put) => {
      const text = file.slice(0, at) + put + file.slice(at + length);
      try {
        readYaml(text, 'mscli.yaml', 'INVALID_CONFIG');
      } catch (error) {
        if (!(error instanceof FaultyFileError)) throw error;
        const lines = text.split('\n').length;
        for (const { line, message } of error.faults) {
          expect(line).toBeLessThanOrEqual(lines);
          expect(message).not.toMatch(/undefined|NaN/);
        }
      }
    }),
    { numRuns: 500 },
  );
});

/** The one fault that is told. */
function faultOf(text: string): string {
  try {
    const { faults, fail } = readYaml(text, 'mscli.yaml', 'INVALID_CONFIG');
    throw fail(faults);
  } catch (error) {
    if (!(error instanceof FaultyFileError)) throw error;
    expect(error.faults).toHaveLength(1);
    return error.faults.map(({ line, column, message }) => `${line}:${column} ${message}`).join();
  }
}

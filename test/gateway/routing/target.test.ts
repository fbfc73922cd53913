import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTarget, routeKey } from '../../../src/gateway/routing/target.js';

describe('parseTarget', () => {
  it.each([
    ['/', { path: '/', query: '', key: '' }],
    ['/orders/7?x=/../y', { path: '/orders/7', query: '?x=/../y', key: '/orders/7' }],
    ['/orders/', { path: '/orders/', query: '', key: '/orders' }],
    ['//orders//7', { path: '/orders//7', query: '', key: '/orders/7' }],
    ['/%6frders/%C3%A4', { path: '/%6frders/%C3%A4', query: '', key: '/orders/\u00c3\u00a4' }],
    ['/a%20b', { path: '/a%20b', query: '', key: '/a b' }],
    ['/100%25', { path: '/100%25', query: '', key: '/100%' }],
    ['/a/...', { path: '/a/...', query: '', key: '/a/...' }],
    ['/.well-known/x', { path: '/.well-known/x', query: '', key: '/.well-known/x' }],
    ['/a..b', { path: '/a..b', query: '', key: '/a..b' }],
    ['/?', { path: '/', query: '?', key: '' }],
  ])('understands %s', (raw, target) => {
    expect(parseTarget(raw)).toEqual(target);
  });

  it.each([
    '/../etc',
    '/a/..',
    '/a/./b',
    '/a/%2e%2e/b',
    '/a/%2E./b',
    '/a/.%2e',
    '/a/..;/b',
    '/a/..;x=1/b',
    '/a/%2e%2e;/b',
    '/a/%252e%252e/b',
    '/a/%25252e./b',
    '/a/..%252fb',
    '/a/x%255c..%255cb',
    '/a%2fb',
    '/a%2Fb',
    '/a%5cb',
    '/a\\b',
    '/a%00',
    '/a%',
    '/a%zz',
    '/a%2',
    '/a#b',
    'orders',
    '*',
    '',
    'http://',
    'http:///x',
    'http://user@host/x',
    'ftp://host/x',
  ])('refuses %s', (raw) => {
    expect(parseTarget(raw)).toEqual({ refused: expect.stringMatching(/\.$/) });
  });

  it.each([
    ['http://Shop.example/a?b', 'Shop.example', '/a'],
    ['HTTPS://shop.example:8080', 'shop.example:8080', '/'],
    ['http://shop.example?x', 'shop.example', '/'],
  ])('takes the absolute form %s apart', (raw, authority, path) => {
    expect(parseTarget(raw)).toMatchObject({ authority, path });
  });

  it('never lets a dot segment through, however often it is encoded', () => {
    const encode = (text: string, times: number): string =>
      times === 0
        ? text
        : encode(
            text.replace(/[.%]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
            times - 1,
          );
    fc.assert(
      fc.property(
        fc.constantFrom('.', '..'),
        fc.nat(2),
        fc.stringMatching(/^(\/[a-z]{1,3}){0,3}$/),
        (dots, times, before) => 'refused' in parseTarget(`${before}/${encode(dots, times)}/x`),
      ),
    );
  });
});

describe('routeKey', () => {
  it('takes a route written in Unicode for the same as its encoded form', () => {
    expect(routeKey('/bücher')).toBe(routeKey('/b%C3%BCcher'));
  });
});

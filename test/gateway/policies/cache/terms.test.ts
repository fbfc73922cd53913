import { describe, expect, it } from 'vitest';
import { directivesOf, secondsOf } from '../../../../src/gateway/policies/cache/cache-control.js';
import { ageOnArrivalMs, explicitLifetimeMs } from '../../../../src/gateway/policies/cache/freshness.js';
import { isKnownTo } from '../../../../src/gateway/policies/cache/not-modified.js';
import { requestTerms } from '../../../../src/gateway/policies/cache/request-terms.js';
import { selectingFields, selects } from '../../../../src/gateway/policies/cache/selecting-fields.js';
import { type StorageTerms, storageTerms } from '../../../../src/gateway/policies/cache/storage-terms.js';
import { testExchange } from '../../setup/test-exchange.js';

const now = Date.parse('2026-11-22T12:00:00Z');
const date = (seconds: number) => new Date(now + seconds * 1000).toUTCString();
const control = (value: string) => ['Cache-Control', value];

describe('Cache-Control', () => {
  it.each<[string, string, number | undefined]>([
    ['max-age=10', 'max-age', 10],
    ['Max-Age = 10 , public', 'max-age', 10],
    ['max-age="10"', 'max-age', 10],
    ['private="a, max-age=5", max-age=10', 'max-age', 10],
    ['max-age=10, max-age=5', 'max-age', 5],
    ['max-age=5, max-age=10', 'max-age', 5],
    ['max-age=10, max-age=soon', 'max-age', 0],
    ['max-age', 'max-age', 0],
    ['max-age=-1', 'max-age', 0],
    ['max-age=1.5', 'max-age', 0],
    ['max-age=99999999999999999999', 'max-age', 2 ** 31],
    ['x-max-age=10', 'max-age', undefined],
    ['', 'max-age', undefined],
  ])('%s: %s', (value, name, seconds) => {
    expect(secondsOf(directivesOf(control(value)), name)).toBe(seconds);
  });
});

describe('how long an answer is fresh', () => {
  it.each<[string[], number | undefined]>([
    [control('max-age=10'), 10],
    [control('max-age=10, s-maxage=20'), 20],
    [[...control('max-age=10'), 'Expires', date(500)], 10],
    [['Expires', date(30), 'Date', date(-10)], 40],
    [['Expires', date(30)], 30],
    [['Expires', date(-5), 'Date', date(0)], 0],
    [['Expires', '0'], 0],
    [['Expires', 'Tue, 99 Foo 2026'], 0],
    [control('public'), undefined],
    [[], undefined],
  ])('%j', (headers, seconds) => {
    const ms = explicitLifetimeMs(headers, directivesOf(headers), now);
    expect(ms === undefined ? undefined : ms / 1000).toBe(seconds);
  });
});

describe('how old an answer is when it arrives', () => {
  it.each<[string[], number, number]>([
    [[], 0, 0],
    [[], 3, 3],
    [['Date', date(-10)], 3, 10],
    [['Date', date(100)], 3, 3],
    [['Age', '20'], 3, 23],
    [['Age', '20', 'Date', date(-60)], 3, 60],
    [['Age', '-20'], 3, 3],
    [['Age', 'old', 'Date', 'today'], 0, 0],
  ])('%j after %d s', (headers, tookSeconds, seconds) => {
    expect(ageOnArrivalMs(headers, { askedAt: now - tookSeconds * 1000, now })).toBe(seconds * 1000);
  });
});

const rule = { staleIfErrorMs: 60_000 };
const judge = (headers: string[], { status = 200, isPersonal = false, hasFor = true } = {}) =>
  storageTerms(
    { status, reason: '', httpVersion: '1.1', headers },
    { ...rule, forMs: hasFor ? 5000 : undefined },
    { isPersonal, askedAt: now, now },
  );

describe('an answer is stored', () => {
  it.each<[string[], object, Partial<StorageTerms>]>([
    [control('max-age=10'), {}, { lifetimeMs: 10_000, isForEveryone: false, staleIfErrorMs: 60_000 }],
    [[], {}, { lifetimeMs: 5000 }],
    [control('public'), {}, { lifetimeMs: 5000, isForEveryone: true }],
    [[...control('no-cache'), 'ETag', '"a"'], {}, { lifetimeMs: 0, staleIfErrorMs: 0 }],
    [[...control('max-age=0'), 'Last-Modified', date(-9)], {}, { lifetimeMs: 0 }],
    [control('max-age=10, must-revalidate'), {}, { staleIfErrorMs: 0 }],
    [control('s-maxage=10'), {}, { staleIfErrorMs: 0, isForEveryone: true }],
    [control('max-age=10, stale-if-error=7'), {}, { staleIfErrorMs: 7000 }],
    [control('public, max-age=10'), { isPersonal: true }, { isForEveryone: true }],
    [control('max-age=10'), { status: 404 }, { lifetimeMs: 10_000 }],
    [control('max-age=10'), { status: 302 }, { lifetimeMs: 10_000 }],
  ])('%j %j', (headers, options, terms) => {
    expect(judge(headers, options)).toMatchObject(terms);
  });
});

describe('an answer is not stored', () => {
  it.each<[string[], object]>([
    [control('no-store, max-age=10'), {}],
    [control('private, max-age=10'), {}],
    [control('private="set-cookie", max-age=10'), {}],
    [control('no-cache'), {}],
    [control('max-age=0'), {}],
    [[...control('max-age=10'), 'Age', '10'], {}],
    [[...control('public, max-age=10'), 'Set-Cookie', 'a=b'], {}],
    [[...control('max-age=10'), 'Content-Range', 'bytes 0-1/2'], { status: 206 }],
    [control('max-age=10'), { status: 500 }],
    [[...control('max-age=10'), 'Content-Type', 'text/event-stream; charset=utf-8'], {}],
    [control('max-age=10'), { status: 400 }],
    [control('max-age=10'), { isPersonal: true }],
    [control('max-age=10, must-revalidate'), { isPersonal: true }],
    [[], { isPersonal: true }],
    [[], { hasFor: false }],
    [[], { status: 302 }],
    [control('public'), { hasFor: false }],
  ])('%j %j', (headers, options) => {
    expect(judge(headers, options)).toBeUndefined();
  });
});

describe('a request', () => {
  const terms = (headers: string[], given = {}) => requestTerms(testExchange({ headers, ...given }));

  it.each<[string[], boolean]>([
    [[], true],
    [control('max-age=5'), true],
    [control('max-age=4'), false],
    [control('min-fresh=4'), true],
    [control('min-fresh=5'), false],
    [control('max-stale'), true],
    [control('no-cache'), false],
    [['Pragma', 'no-cache'], false],
    [['Pragma', 'no-cache', ...control('max-age=9')], true],
  ])('with %j takes what is 5 of 10 seconds old: %j', (headers, isTaken) => {
    expect(terms(headers)?.accepts(5000, 10_000)).toBe(isTaken);
    expect(terms(headers)?.accepts(10_000, 10_000)).toBe(false);
  });

  it.each<[string[], object]>([
    [control('no-store'), {}],
    [['Range', 'bytes=0-1'], {}],
    [['If-Match', '"a"'], {}],
    [['If-Unmodified-Since', date(0)], {}],
    [['If-Range', '"a"'], {}],
    [['X-HTTP-Method-Override', 'DELETE'], {}],
    [[], { hasBody: true }],
    [[], { upgrade: true }],
  ])('with %j %j passes the cache by', (headers, given) => {
    expect(terms(headers, given)).toBeUndefined();
  });

  it('concerns somebody in particular where it says who asks', () => {
    expect(terms([])?.isPersonal).toBe(false);
    expect(terms(['Authorization', 'Bearer x'])?.isPersonal).toBe(true);
    expect(terms(['Cookie', 'a=b'])?.isPersonal).toBe(true);
    expect(terms([], { claims: { sub: 'ada' } })?.isPersonal).toBe(true);
  });
});

describe('what an answer varies by', () => {
  const english = testExchange({ headers: ['Accept-Language', 'en', 'X-Jwt-Sub', 'eve', 'X-Forwarded-Host', 'evil'] });

  it.each([
    ['*'],
    ['accept, *'],
    ['x-request-id'],
    ['X-Forwarded-For'],
    ['traceparent'],
    [Array.from({ length: 17 }, (_, n) => `x-${n}`).join()],
  ])('%s suits no other request', (vary) => expect(selectingFields(['Vary', vary], english)).toBeUndefined());

  it('is what the service sees, not what the client says', () => {
    const asked = { ...english, requestEdits: { drop: new Set(['x-jwt-sub']), add: ['x-jwt-sub', 'ada'] } };
    const fields = selectingFields(['Vary', 'Accept-Language, X-Jwt-Sub', 'vary', 'x-forwarded-host'], asked) ?? [];
    expect(fields).toEqual([
      ['accept-language', ':en'],
      ['x-jwt-sub', ':ada'],
      ['x-forwarded-host', ''],
    ]);
    expect(selects(fields, asked)).toBe(true);
    expect(selects(fields, english)).toBe(false);
    expect(selects(fields, { ...asked, headers: ['Accept-Language', 'de'] })).toBe(false);
    expect(selects(fields, { ...asked, headers: [] })).toBe(false);
  });
});

describe('what a client has already', () => {
  const head = (headers: string[], status = 200) => ({ status, reason: '', httpVersion: '1.1' as const, headers });
  it.each<[string[], string[], boolean]>([
    [['If-None-Match', '"a"'], ['ETag', '"a"'], true],
    [['If-None-Match', 'W/"a"'], ['ETag', '"a"'], true],
    [['If-None-Match', '"b", "a"'], ['ETag', 'W/"a"'], true],
    [['If-None-Match', '"b,\\"a"'], ['ETag', '"a"'], false],
    [['If-None-Match', 'a'], ['ETag', '"a"'], false],
    [['If-None-Match', '*'], [], true],
    [['If-None-Match', '"b"', 'If-Modified-Since', date(9)], ['ETag', '"a"', 'Last-Modified', date(0)], false],
    [['If-Modified-Since', date(0)], ['Last-Modified', date(0)], true],
    [['If-Modified-Since', date(-1)], ['Last-Modified', date(0)], false],
    [['If-Modified-Since', 'yesterday'], ['Last-Modified', date(0)], false],
    [['If-Modified-Since', date(0)], [], false],
    [[], ['ETag', '"a"'], false],
  ])('%j of %j', (request, stored, isKnown) => {
    expect(isKnownTo(request, head(stored))).toBe(isKnown);
    expect(isKnownTo(request, head(stored, 404))).toBe(false);
  });
});

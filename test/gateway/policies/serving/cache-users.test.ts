import fc from 'fast-check';
import { request } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { TestStack } from '../../setup/stack.js';
import { waitUntil } from '../../setup/wait-until.js';
import { cached } from './cached-upstream.js';

const stack = new TestStack();
afterEach(() => stack.end());

/** What the service says of the answers under a path; the path has it, so that shrinking keeps it. */
const controls = [
  '',
  'max-age=60',
  'public,max-age=60',
  'private,max-age=60',
  'no-cache',
  'no-store',
  's-maxage=60',
  'max-age=0,stale-if-error=60',
];
const varied = ['', 'accept-language', 'cookie', 'accept-language,authorization', '*'];

const rarely = fc.nat(9).map((n) => n === 0);
const asked = fc.record({
  control: fc.constantFrom(...controls),
  vary: fc.constantFrom(...varied),
  setsCookie: rarely,
  who: fc.constantFrom(undefined, 'ada', 'bob'),
  by: fc.constantFrom('cookie', 'authorization'),
  language: fc.constantFrom('en', 'de'),
  condition: fc.constantFrom(undefined, '"en"', '*'),
  method: fc.nat(19).map((n) => (n === 0 ? 'POST' : n < 4 ? 'HEAD' : 'GET') as 'POST' | 'HEAD' | 'GET'),
  fails: rarely,
});

it('never gives one user what another one was told, whatever is asked and answered, and however much of it at once', async () => {
  const { gateway } = await cached(
    stack,
    (incoming, outgoing) => {
      const { searchParams } = new URL(incoming.url ?? '', 'http://x');
      const { cookie, authorization } = incoming.headers;
      const who = cookie ?? authorization ?? 'nobody';
      const language = incoming.headers['accept-language'] ?? '';
      for (const name of ['cache-control', 'vary']) {
        if (searchParams.get(name)) outgoing.setHeader(name, searchParams.get(name) ?? '');
      }
      if (searchParams.has('set')) outgoing.setHeader('Set-Cookie', `who=${who}`);
      outgoing.setHeader('ETag', `"${language}"`);
      if (incoming.headers['x-fails'] === 'true') outgoing.statusCode = 503;
      outgoing.end(JSON.stringify({ who, language }));
    },
    { policies: { cache: { for: '1m', staleIfError: '1m' }, compression: { min: '1b' } } },
  );
  await gateway.update((draft) => {
    draft.overrides['gateway->a-service'] = { id: '1', mode: 'disabled', author: 'test', at: new Date().toISOString() };
  });
  const isDisabled = () =>
    gateway.gateway.discovery.snapshot.breakers['gateway-1']?.['gateway->a-service']?.state === 'disabled';
  await waitUntil(isDisabled, 'the override');
  const hits = { count: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: 40, maxLength: 80 }), async (all) => {
      const checks = all.map(async ({ control, vary, setsCookie, who, by, language, condition, method, fails }) => {
        const query = new URLSearchParams({ 'cache-control': control, vary, ...(setsCookie && { set: '1' }) });
        const headers: Record<string, string> = { 'accept-language': language, 'x-fails': String(fails) };
        if (who !== undefined) headers[by] = who;
        if (condition !== undefined) headers['if-none-match'] = condition;
        const answer = await request(`${gateway.url}/a?${query}`, { method, headers });
        const text = await answer.body.text();
        if (/hit|collapsed|304/.test(String(answer.headers['cache-status']))) hits.count += 1;
        const isForEveryone = /public|s-maxage/.test(control);
        const cookie = answer.headers['set-cookie'];
        if (cookie !== undefined) expect(cookie).toBe(`who=${who ?? 'nobody'}`);
        if (text === '') return;
        const told = JSON.parse(text) as { who: string; language: string };
        if (vary.includes('language') || vary === '*') expect(told.language).toBe(language);
        if (
          !isForEveryone ||
          setsCookie ||
          vary === '*' ||
          (vary === 'cookie' && who !== undefined && by === 'cookie')
        ) {
          expect(told.who).toBe(who ?? 'nobody');
        }
      });
      await Promise.all(checks);
    }),
    { numRuns: 20 },
  );
  expect(hits.count).toBeGreaterThan(50);
});

import { describe, expect, it } from 'vitest';
import { NginxAnswers } from './nginx-answers.js';
import { nginxMissing } from './nginx-missing.js';
import { NginxRequests } from './nginx-requests.js';
import { fuzzAnswers, fuzzRequests } from './run-nginx-fuzz.js';

const missing = nginxMissing();

describe('messages that are nearly right are refused, or mean to nginx what they mean here', () => {
  const range = { count: 2_500, seed: 1 };

  it('requests, also as they are sent on', { timeout: 60_000 }, async (context) => {
    if (missing !== undefined) context.skip(missing);
    await using nginx = await NginxRequests.start();
    const { found, agreed } = await fuzzRequests(nginx, range);
    expect(found).toEqual([]);
    expect(agreed).toBeGreaterThan(250);
  });

  it('answers', { timeout: 60_000 }, async (context) => {
    if (missing !== undefined) context.skip(missing);
    await using nginx = await NginxAnswers.start();
    const { found, agreed } = await fuzzAnswers(nginx, range);
    expect(found).toEqual([]);
    expect(agreed).toBeGreaterThan(250);
  });
});

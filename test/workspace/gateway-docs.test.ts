import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policyKeys } from '../../src/gateway/policies/settings/route-policies.js';
import { parseConfig } from '../../src/workspace/index.js';

const text = readFileSync(join(import.meta.dirname, '../../docs/gateway.md'), 'utf8');
const sections = text.split(/^## /m).slice(1);
const services = ['order-service', 'auth-service', 'order-service-next']
  .map((name, index) => `  ${name}: { command: x, port: ${3001 + index} }\n`)
  .join('');
const parse = (gateway: string) =>
  parseConfig(`name: shop\nservices:\n${services}${gateway}`, {
    file: 'mscli.yaml',
    env: {},
    folderExists: () => true,
  });

describe('docs/gateway.md', () => {
  it('has a section with an example for every key', () => {
    const named = sections.filter((section) => section.includes('```yaml')).map((section) => section.split('\n', 1)[0]);
    expect(named.toSorted()).toEqual(Object.keys(policyKeys).toSorted());
  });

  it.each(sections.filter((section) => section.includes('```yaml')))('has an example that is valid: %s', (section) => {
    const example = /```yaml\n(.*?)```/s.exec(section)?.[1] ?? '';
    const isByClaim = example.includes('claim:');
    const lines = example.split('\n').map((line) => `      ${line}\n`);
    const jwt = '      jwt: { secret: S, issuer: i, audience: a }\n';
    const head = 'gateway:\n  routes:\n    - path: /orders\n      service: order-service\n';
    const { policies } = parse(head + lines.join('') + (isByClaim ? jwt : '')).gateway.routes[0] ?? {};
    expect(policies).toHaveProperty(section.split('\n', 1)[0] ?? '');
  });

  it('begins with a whole example', () => {
    const [, whole = ''] = /```yaml\n(gateway:.*?)```/s.exec(text) ?? [];
    expect(parse(whole).gateway.routes[0]?.policies).toMatchObject({ rateLimit: { requests: 100 } });
  });
});

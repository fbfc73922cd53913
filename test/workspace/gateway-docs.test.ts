import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policyKeys } from '../../src/gateway/policies/settings/route-policies.js';
import { gatewayKeys } from '../../src/gateway/settings/gateway-settings.js';
import { parseConfig } from '../../src/workspace/index.js';

const text = readFileSync(join(import.meta.dirname, '../../docs/gateway.md'), 'utf8');
const sections = text
  .split(/^## /m)
  .slice(1)
  .filter((section) => section.includes('```yaml'))
  .map((section) => ({
    title: section.split('\n', 1)[0] ?? '',
    example: /```yaml\n(.*?)```/s.exec(section)?.[1] ?? '',
  }));
const gatewaySections = sections.filter(({ title }) => title.startsWith('gateway.'));
const routeSections = sections.filter(({ title }) => !title.startsWith('gateway.'));
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
    const titles = sections.map(({ title }) => title);
    const keys = [...Object.keys(policyKeys), ...Object.keys(gatewayKeys).map((key) => `gateway.${key}`)];
    expect(titles.toSorted()).toEqual(keys.toSorted());
  });

  it.each(routeSections)('has an example that is valid: $title', ({ title, example }) => {
    const isByClaim = example.includes('claim:');
    const lines = example.split('\n').map((line) => `      ${line}\n`);
    const jwt = '      jwt: { secret: S, issuer: i, audience: a }\n';
    const head = 'gateway:\n  routes:\n    - path: /orders\n      service: order-service\n';
    const { policies } = parse(head + lines.join('') + (isByClaim ? jwt : '')).gateway.routes[0] ?? {};
    expect(policies).toHaveProperty(title);
  });

  it.each(gatewaySections)('has an example that is valid: $title', ({ title, example }) => {
    const lines = example.split('\n').map((line) => `  ${line}\n`);
    const { settings } = parse(`gateway:\n${lines.join('')}`).gateway;
    expect(settings).toHaveProperty(title.replace('gateway.', ''));
  });

  it('begins with a whole example', () => {
    const [, whole = ''] = /```yaml\n(gateway:.*?)```/s.exec(text) ?? [];
    expect(parse(whole).gateway.routes[0]?.policies).toMatchObject({ rateLimit: { requests: 100 } });
  });
});

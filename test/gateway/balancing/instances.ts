import type { Instance } from '@mscli/runtime/discovery';

/** So many ready instances of a-service. */
export function instances(count: number): Instance[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `a-service-${index + 1}`,
    service: 'a-service',
    url: `http://127.0.0.1:${3001 + index}`,
    status: 'ready',
    startedAt: '2026-01-01T00:00:00.000Z',
    registeredBy: 'self',
  }));
}

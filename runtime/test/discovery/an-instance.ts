import type { Instance } from '@mscli/runtime/discovery';

export function anInstance(id: string, changes: Partial<Instance> = {}): Instance {
  return {
    id,
    service: id.replace(/-\d+$/, ''),
    url: 'http://127.0.0.1:3001',
    status: 'ready',
    startedAt: '2026-01-01T00:00:00.000Z',
    registeredBy: 'self',
    ...changes,
  };
}

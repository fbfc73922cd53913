import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.js';
import { gatewayProcess } from '../gateway/setup/gateway-process.js';
import { TestStack } from '../gateway/setup/stack.js';
import { addInstance } from '../gateway/setup/test-gateway.js';
import { httpUpstream } from '../gateway/setup/upstream.js';
import { waitUntil } from '../gateway/setup/wait-until.js';

const stack = new TestStack();
afterEach(() => stack.end());

/** Has a process log which of Node's own modules it has loaded, when it is asked to. */
const telling = `process.on('SIGUSR2', () => {
  console.log(JSON.stringify({ level: 'info', msg: 'modules', list: process.moduleLoadList }));
});`;

it('does not load what a plain gateway does without, however it answers', async () => {
  const upstream = stack.use(await httpUpstream((_, outgoing) => outgoing.end('ok')));
  const gateway = stack.use(
    await gatewayProcess(
      join(packageRoot(), 'dist/gateway.js'),
      (draft) => {
        draft.routes.push({ path: '/api', service: 'a-service', stripPrefix: false });
        addInstance(draft, 'a-service', upstream.url, 1);
      },
      { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(telling)}` },
    ),
  );
  expect((await fetch(`${gateway.url}/api`)).status).toBe(200);
  expect((await fetch(`${gateway.url}/nowhere`)).status).toBe(404);
  gateway.child.kill('SIGUSR2');
  await waitUntil(() => gateway.lines.some(({ msg }) => msg === 'modules'), 'the list of modules');
  const list = gateway.lines.find(({ msg }) => msg === 'modules')?.list as string[];
  const loaded = new Set(list.map((entry) => entry.replace('NativeModule ', '')));
  expect(loaded.has('net')).toBe(true);
  expect(['tls', 'http', 'https', 'http2', 'zlib'].filter((name) => loaded.has(name))).toEqual([]);
});

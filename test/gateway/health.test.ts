import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { openConnections } from './setup/open-connections.js';
import { testGateway } from './setup/test-gateway.js';
import { waitUntil } from './setup/wait-until.js';

it('is not told for ever to a client that does not read it', async () => {
  const limits = { keepAliveMs: 200, lingerMs: 100, idleMs: 200 };
  await using gateway = await testGateway({}, { limits, settings: { metrics: { port: 0 } } });
  const client = connect(gateway.port, '127.0.0.1').on('error', () => {});
  client.pause();
  // Many more answers than the system keeps for a client.
  client.write('GET /.mscli/health HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(100_000));
  await waitUntil(() => openConnections(gateway) === 1, 'the connection');
  await waitUntil(() => openConnections(gateway) === 0, 'the connection to be closed');
  expect(client.bytesRead).toBe(0);
  client.destroy();
});

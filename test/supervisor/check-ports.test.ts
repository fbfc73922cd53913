import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { checkPorts, portFault } from '../../src/supervisor/check-ports.js';
import { freePorts } from '../support/free-ports.js';

const run = { kind: 'node', entry: 'gateway.js' } as const;

async function holdPort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, [Symbol.dispose]: () => void server.close() };
}

it('refuses each port that somebody else has, and says what it is for', async () => {
  const [free] = await freePorts(1);
  using holder = await holdPort();
  const record = { name: 'gateway', port: free, morePorts: [{ port: holder.port, wantedBy: 'its metrics' }], run };
  const message = `Port ${holder.port}, which its metrics needs, is held by process ${process.pid}`;
  await expect(checkPorts([record])).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: expect.stringContaining(message),
  });
  expect(await portFault(record)).toContain(message);
  using other = await holdPort();
  await expect(checkPorts([record, { name: 'a', port: other.port, run }])).rejects.toMatchObject({
    message: expect.stringMatching(`Port ${holder.port}, .*\nPort ${other.port}, which a needs`),
  });
});

it('takes no offence at what already runs, and leaves alone what others run', async () => {
  using holder = await holdPort();
  const running = {
    name: 'gateway',
    port: undefined,
    morePorts: [{ port: holder.port, wantedBy: 'its metrics' }],
    run,
  };
  await checkPorts([running], [running]);
  await checkPorts([{ name: 'broker', port: holder.port, run: { kind: 'external' } }]);
  expect(await portFault({ name: 'broker', port: holder.port, run: { kind: 'external' } })).toBeUndefined();
});

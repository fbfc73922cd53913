import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { isFree } from '../../src/ports/free-port.js';
import { PortReservations } from '../../src/ports/port-reservations.js';
import { freeRange } from '../support/free-ports.js';

it('gives the preferred port to one alone, until that one lets go', async () => {
  const port = await freeRange(1);
  using one = new PortReservations();
  using other = new PortReservations();
  expect(await one.reserve(port)).toBe(port);
  expect(await other.reserve(port)).not.toBe(port);
  expect(await isFree(port)).toBe(true);
  one[Symbol.dispose]();
  expect(await other.reserve(port)).toBe(port);
});

it('never gives the same port twice', async () => {
  using ports = new PortReservations();
  const port = await freeRange(1);
  const given = [await ports.reserve(port), await ports.reserve(port), await ports.reserve(port)];
  expect(new Set(given).size).toBe(3);
});

it('passes over a port that somebody listens on', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  using ports = new PortReservations();
  expect(await ports.reserve(port)).not.toBe(port);
  server.close();
});

import { createServer, connect as dial, type Socket } from 'node:net';
import { testBroker } from '@mscli/amqp-broker';
import { type Channel, connect } from 'amqplib';
import { onTestFinished } from 'vitest';

/** A broker behind a door that a test can close. */
export interface ReachableBroker {
  /** Through the door. */
  readonly url: string;
  /** A channel past the door, for looking and for playing a foreign publisher. */
  readonly direct: Channel;
  /** Closes the door: breaks all connections, and refuses new ones. */
  close(): Promise<void>;
  open(): Promise<void>;
  /** Lets nothing through from now on, in either direction, without a word. */
  freeze(): void;
}

/** The broker of MSCLI_TEST_AMQP_URL, or an embedded one of the test's own. */
export async function reachBroker(): Promise<ReachableBroker> {
  const target = new URL(process.env.MSCLI_TEST_AMQP_URL ?? (await embedded()));
  const sockets = new Set<Socket>();
  const door = createServer((client) => {
    const server = dial(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  const open = (port: number) => new Promise<void>((resolve) => door.listen(port, '127.0.0.1', resolve));
  await open(0);
  const { port } = door.address() as { port: number };
  const close = () =>
    new Promise<void>((resolve) => {
      door.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  const connection = await connect(target.href);
  onTestFinished(async () => {
    await connection.close().catch(() => {});
    if (door.listening) await close();
  });
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return {
    url: url.href,
    direct: await connection.createChannel(),
    close,
    open: () => open(port),
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
  };
}

async function embedded(): Promise<string> {
  const broker = await testBroker();
  onTestFinished(() => broker.stop());
  return broker.url;
}

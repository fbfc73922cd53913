import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bundle, gatewayProcess } from '../setup/gateway-process.js';
import { addInstance, testGateway } from '../setup/test-gateway.js';
import { httpUpstream, rawUpstream } from '../setup/upstream.js';
import { type Asked, busyClients } from './busy-clients.js';
import { disableBreaker } from './disable-breaker.js';

const CONNECTIONS = 32;
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

export interface Raced {
  /** GETs, and POSTs with an Idempotency-Key: those that may be repeated. */
  repeatable: Asked[];
  /** POSTs. */
  single: Asked;
  /** Of the POSTs, those that the upstream has seen. */
  seen: string[];
  /** Connections that it closed while a request was on its way. */
  races: number;
}

/** An upstream that closes its kept-alive connections at the wrong moment: when the next request is on its way, or has come. */
export async function raceWithCloses(ms: number): Promise<Raced> {
  let races = 0;
  const seen: string[] = [];
  await using upstream = await rawUpstream((socket) => {
    let requests = 0;
    socket.on('data', (bytes) => {
      requests += 1;
      seen.push(...(bytes.toString('latin1').match(/(?<=^POST \/single\/)\d+/) ?? []));
      // Only behind an answer: a first request has not met a stale connection.
      if (requests > 1 && Math.random() < 0.2) {
        races += 1;
        socket.destroy();
        return;
      }
      socket.write(answer);
      if (Math.random() < 0.2) setTimeout(() => socket.end(), Math.random() * 2);
    });
  });
  await using gateway = await testGateway({ '/': { urls: [upstream.url] } });
  // What cannot be repeated fails now and then, which is no reason here to call nobody any more.
  await disableBreaker(gateway);
  const { port } = gateway;
  const key = { 'Idempotency-Key': 'k' };
  let number = 0;
  const single = () => `/single/${++number}`;
  const loads = [
    busyClients(port, { connections: CONNECTIONS / 4 }),
    busyClients(port, { connections: CONNECTIONS / 4, method: 'POST', body: 'body', headers: key }),
    busyClients(port, { connections: CONNECTIONS / 4, path: single, method: 'POST', body: 'body' }),
  ];
  await sleep(ms);
  const [gets, keyed, posts] = (await Promise.all(loads.map((load) => load.end()))) as [Asked, Asked, Asked];
  return { repeatable: [gets, keyed], single: posts, seen, races };
}

/** A process changes the discovery file of a gateway's process up to a hundred times a second: an instance comes and goes, and routes. */
export async function changeDiscovery(
  bundles: { gateway: Bundle; changer: Bundle },
  ms: number,
): Promise<{ asked: Asked[]; changes: number }> {
  const ok = () => httpUpstream((incoming, outgoing) => incoming.resume().on('end', () => outgoing.end('ok')));
  await using one = await ok();
  await using two = await ok();
  await using gateway = await gatewayProcess(bundles.gateway.file, (draft) => {
    draft.routes.push({ path: '/', service: 'a-service', stripPrefix: false });
    for (const [n, { url }] of [one, two].entries()) addInstance(draft, 'a-service', url, n + 1);
  });
  const loads = [
    busyClients(gateway.port, { connections: CONNECTIONS / 2 }),
    busyClients(gateway.port, { connections: CONNECTIONS / 2, method: 'POST', body: 'body' }),
  ];
  const changer = spawn(process.execPath, [bundles.changer.file, gateway.path, String(ms)]);
  const [output, asked] = await Promise.all([
    text(changer.stdout),
    once(changer, 'close').then(() => Promise.all(loads.map((load) => load.end()))),
  ]);
  return { asked, changes: Number(output) };
}

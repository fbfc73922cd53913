import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { get, request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type GatewayProcess, gatewayProcess } from '../setup/gateway-process.js';
import { addInstance } from '../setup/test-gateway.js';
import { httpUpstream } from '../setup/upstream.js';
import { Pattern } from './pattern.js';

const MiB = 2 ** 20;
const CHUNK = MiB / 4;

export interface LargeBodies {
  /** What came out of it at either end, in bytes; equal to what was put in where not a byte of it was wrong. */
  uploaded: number;
  downloaded: number;
  /** The most memory that the gateway took, in bytes, while so much was moved: 50 MiB, and all of it. */
  peaks: [warm: number, whole: number];
}

/** An upload and a download of so many bytes through a gateway of its own. */
export async function moveLargeBodies(bundle: string, bytes: number): Promise<LargeBodies> {
  const pattern = new Pattern();
  await using upstream = await httpUpstream(async (incoming, outgoing) => {
    if (incoming.method === 'GET') return void patterned(pattern, Number(incoming.url?.slice(1))).pipe(outgoing);
    outgoing.end(String(await pattern.lengthOf(incoming)));
  });
  await using gateway = await gatewayProcess(bundle, (draft) => {
    draft.routes.push({ path: '/', service: 'a-service', stripPrefix: false });
    addInstance(draft, 'a-service', upstream.url, 1);
  });
  const [, warm] = await withPeak(gateway, () => move(gateway, pattern, 50 * MiB));
  const [moved, whole] = await withPeak(gateway, () => move(gateway, pattern, bytes));
  return { ...moved, peaks: [warm, whole] };
}

async function move({ url }: GatewayProcess, pattern: Pattern, bytes: number) {
  const request = httpRequest(url, { method: 'POST' });
  patterned(pattern, bytes).pipe(request);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const uploaded = Number(await text(answer));
  const [response] = (await once(get(`${url}/${bytes}`), 'response')) as [IncomingMessage];
  return { uploaded, downloaded: await pattern.lengthOf(response) };
}

function patterned(pattern: Pattern, bytes: number): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes; at += CHUNK) yield pattern.at(at, Math.min(CHUNK, bytes - at));
    })(),
    { highWaterMark: 2 },
  );
}

async function withPeak<T>({ child }: GatewayProcess, work: () => Promise<T>): Promise<[result: T, peak: number]> {
  let peak = 0;
  const sample = async () => {
    peak = Math.max(peak, await residentBytes(child.pid));
  };
  const sampler = setInterval(() => void sample(), 20);
  try {
    const result = await work();
    await sample();
    return [result, peak];
  } finally {
    clearInterval(sampler);
  }
}

async function residentBytes(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

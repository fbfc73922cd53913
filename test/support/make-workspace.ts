import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A workspace on disk without sources: enough for the commands that look and steer. */
export async function makeWorkspace({ broker = 'embedded' }: { broker?: string } = {}) {
  const root = await mkdtemp(join(tmpdir(), 'mscli-ws-'));
  const stateFolder = join(root, '.mscli');
  for (const name of ['order-service', 'product-service'])
    await mkdir(join(root, 'services', name), { recursive: true });
  await mkdir(stateFolder);
  await writeFile(join(root, 'mscli.yaml'), config(broker));
  return {
    root,
    stateFolder,
    stateUrl: pathToFileURL(stateFolder).href,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

function config(broker: string): string {
  return `name: shop
broker: ${broker}
gateway:
  port: 8080
  routes:
    - path: /orders
      service: order-service
services:
  order-service:
    path: services/order-service
    port: 3001
  product-service:
    path: services/product-service
    port: 3002
`;
}

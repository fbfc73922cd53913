import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { execa } from 'execa';

/** A registry on loopback, which Docker talks to without TLS, with one image of one layer under any name and tag. */
export async function loopbackRegistry(name: string): Promise<{ image: string } & AsyncDisposable> {
  const tar = await layerTar();
  const layer = blob('application/vnd.docker.image.rootfs.diff.tar.gzip', gzipSync(tar));
  const config = blob(
    'application/vnd.docker.container.image.v1+json',
    json({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: [digestOf(tar)] } }),
  );
  const manifest = blob(
    'application/vnd.docker.distribution.manifest.v2+json',
    json({
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: config.descriptor,
      layers: [layer.descriptor],
    }),
  );
  const blobs = new Map([layer, config, manifest].map((each) => [each.descriptor.digest, each]));

  const server = createServer((request, response) => {
    const { url = '' } = request;
    if (url === '/v2/') return response.end('{}');
    const asked = blobs.get(url.split('/').at(-1) ?? '') ?? (url.includes('/manifests/') ? manifest : undefined);
    if (asked === undefined) return response.writeHead(404).end();
    const { mediaType, digest, size } = asked.descriptor;
    response.writeHead(200, { 'content-type': mediaType, 'content-length': size, 'docker-content-digest': digest });
    return response.end(request.method === 'HEAD' ? undefined : asked.content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    image: `127.0.0.1:${port}/${name}:latest`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Random, so that the engine cannot have it already, and that it does not shrink. */
async function layerTar(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'mscli-layer-'));
  try {
    await writeFile(join(folder, 'data'), randomBytes(2_000_000));
    const { stdout } = await execa('tar', ['-c', '-C', folder, 'data'], {
      encoding: 'buffer',
      stripFinalNewline: false,
    });
    return Buffer.from(stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function blob(mediaType: string, content: Buffer) {
  return { content, descriptor: { mediaType, size: content.length, digest: digestOf(content) } };
}

const digestOf = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
